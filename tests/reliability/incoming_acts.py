"""What the processes of test_incoming.py do."""

from django.conf import settings
from django.db.models import Count
from django.test import Client, override_settings

from incoming import services
from notifications.models import Message, Received
from opinions.models import Event, Opinion
from studios.models import Studio, Township
from tests.incoming.gateway import KEY, Gateway
from tests.reliability import acts


def office():
    acts.office(1)
    Studio.objects.create(code="qianzhou", name="乾州代表工作室", township=Township.objects.get())


def deliver(count, backwards):
    """The gateway brings `count` messages, half of them new matters and half more about them."""
    order = range(int(count))
    gateway = Gateway(Client())
    with override_settings(SMS_IN_KEY=KEY, SMS_IN_STUDIO="qianzhou", ALLOWED_HOSTS=["testserver"]):
        for n in reversed(order) if backwards == "True" else order:
            phone = f"138{n // 2:08d}"
            text = f"第{n}条：桥头的路灯坏了半个月没人修" if n % 2 == 0 else f"第{n}条：灯杆在桥的东头"
            answer = gateway.brings(phone, text, identity=f"in-{n}")
            assert answer.status_code == 200, answer.content
    return settings.SMS_IN_KEY


def sweep():
    return services.sweep(batch=2000)


def figures():
    """How many are kept, on an opinion, lost, and doubled on the ledger or in the outbox."""
    words = [
        row.text for event in Event.objects.select_related("words") if (row := getattr(event, "words", None))
    ]
    words += [opinion.body for opinion in Opinion.objects.all()]
    texts = [row.body for row in Received.objects.all()]
    receipts = Message.objects.filter(key__endswith="/receipt")
    doubled = receipts.values("about").annotate(n=Count("pk")).filter(n__gt=1).count()
    return {
        "kept": len(texts),
        "new": Received.objects.filter(state="new").count(),
        "placed": Received.objects.filter(state="done").count(),
        "lost": sum(words.count(text) == 0 for text in texts),
        "doubled": sum(words.count(text) > 1 for text in texts) + doubled,
        "receipts": receipts.count(),
        "opinions": Opinion.objects.count(),
        "broken": acts.state()["broken"],
    }
