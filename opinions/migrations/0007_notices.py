"""Notices stand beside their ledger rows; the ladder may ask for letters and keeps its history; bulk notices."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.db.database import AppendOnly

# kind, anchor, working days after, recipients, letter, reply within. Source: the office's rules, docs/workflow.md
GENERAL = [
    ("remind", "warning", 0, ["handler"], False, None),
    ("urge", "overdue", 0, ["handler", "head"], False, None),
    ("supervise", "overdue", 3, ["handler", "head", "supervisor"], True, 1),
    ("circulate", "overdue", 8, ["head", "supervisor", "county_official"], False, None),
]
FIELDS = ("kind", "anchor", "days", "recipients", "letter", "acknowledge_within")


def create_general(model):
    """The levels of supervision an office begins with, as rows of `model`."""
    model.objects.bulk_create(
        model(county=None, level=level, **dict(zip(FIELDS, values, strict=True)))
        for level, values in enumerate(GENERAL, 1)
    )


def the_general_ladder(apps, editor):
    """Laid down where there is none yet; one that an office has edited only learns what a letter is."""
    ladder_step = apps.get_model("opinions", "LadderStep")
    general = ladder_step.objects.filter(county=None)
    if general.exists():
        general.filter(kind="supervise").update(letter=True)
    else:
        create_general(ladder_step)


class Migration(migrations.Migration):

    dependencies = [
        ('deputies', '0001_initial'),
        ('letters', '0001_initial'),
        ('opinions', '0006_no_joint_agencies'),
        ('studios', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BulkNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('kind', models.CharField(choices=[('remind', 'reminder'), ('urge', 'urging notice'), ('supervise', 'supervision notice'), ('circulate', 'circulated notice')], max_length=20, verbose_name='kind')),
                ('note', models.TextField(blank=True)),
                ('total', models.PositiveIntegerField()),
                ('created_at', models.DateTimeField(verbose_name='sent at')),
                ('finished_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='BulkTarget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('outcome', models.CharField(choices=[('waiting', 'waits for its turn'), ('sent', 'notice sent'), ('changed', 'changed meanwhile, not sent'), ('refused', 'not possible, not sent')], default='waiting', max_length=10)),
                ('reason', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='LadderChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.JSONField(default=list)),
                ('rungs', models.JSONField(default=list)),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('actor', models.CharField(max_length=120, verbose_name='who')),
            ],
            options={
                'verbose_name': 'change of the ladder',
                'verbose_name_plural': 'changes of the ladder',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='notice', serialize=False, to='opinions.event')),
                ('kind', models.CharField(choices=[('remind', 'reminder'), ('urge', 'urging notice'), ('supervise', 'supervision notice'), ('circulate', 'circulated notice')], max_length=20, verbose_name='kind')),
                ('level', models.PositiveSmallIntegerField(verbose_name='level')),
                ('round', models.PositiveSmallIntegerField(verbose_name='round')),
                ('issued_at', models.DateTimeField(verbose_name='issued at')),
                ('due_on', models.DateField(verbose_name='due on')),
                ('letter', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='letters.letter', verbose_name='letter')),
                ('acknowledge_by_on', models.DateField(null=True, verbose_name='reply until')),
                ('acknowledged_at', models.DateTimeField(null=True, verbose_name='replied at')),
                ('promised_on', models.DateField(null=True, verbose_name='promised for')),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'ordering': ['-issued_at', '-event_id'],
            },
        ),
        migrations.AddField(
            model_name='ladderstep',
            name='letter',
            field=models.BooleanField(default=False, verbose_name='as an official letter'),
        ),
        migrations.AddField(
            model_name='opinion',
            name='promised_level',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name='opinion',
            index=models.Index(condition=models.Q(('acknowledge_by_on__isnull', False)), fields=['county', 'acknowledge_by_on'], name='opinion_reply_owed'),
        ),
        migrations.AddConstraint(
            model_name='ladderstep',
            constraint=models.CheckConstraint(condition=models.Q(('days__lte', 250), ('level__gte', 1), models.Q(('acknowledge_within', None), models.Q(('acknowledge_within__gte', 1), ('acknowledge_within__lte', 30)), _connector='OR')), name='ladder_step_plausible'),
        ),
        migrations.AddField(
            model_name='bulknotice',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='bulktarget',
            name='bulk',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='opinions.bulknotice'),
        ),
        migrations.AddField(
            model_name='bulktarget',
            name='opinion',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='opinions.opinion'),
        ),
        migrations.AddField(
            model_name='ladderchange',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='ladderchange',
            name='county',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.county', verbose_name='county'),
        ),
        migrations.AddField(
            model_name='notice',
            name='agency',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.agency', verbose_name='lead agency'),
        ),
        migrations.AddField(
            model_name='notice',
            name='county',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.county'),
        ),
        migrations.AddField(
            model_name='notice',
            name='opinion',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='opinions.opinion'),
        ),
        migrations.AddIndex(
            model_name='bulknotice',
            index=models.Index(condition=models.Q(('finished_at__isnull', True)), fields=['created_at'], name='bulk_at_work'),
        ),
        migrations.AddIndex(
            model_name='bulktarget',
            index=models.Index(fields=['bulk', 'outcome', 'id'], name='bulk_target_outcome'),
        ),
        migrations.AddConstraint(
            model_name='bulktarget',
            constraint=models.UniqueConstraint(fields=('bulk', 'opinion'), name='bulk_target_once'),
        ),
        migrations.AddIndex(
            model_name='ladderchange',
            index=models.Index(fields=['county', '-id'], name='ladder_change_county'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['county', 'kind', 'issued_at'], name='notice_county_kind'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('acknowledged_at', None), ('promised_on', None)), models.Q(('acknowledge_by_on__isnull', False), ('acknowledged_at__isnull', False), ('promised_on__isnull', False)), _connector='OR'), name='notice_reply_was_owed'),
        ),
        migrations.RunPython(the_general_ladder, migrations.RunPython.noop),
        AppendOnly("LadderChange"),
    ]
