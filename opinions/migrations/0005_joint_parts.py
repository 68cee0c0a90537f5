"""Joint agencies get parts of their own; limits say where they come from, and keep a history that nobody changes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from django.utils import timezone

from common.db.database import AppendOnly


def parts_of_joint_agencies(apps, editor):
    """Those that joined without a day of their own have the lead agency's."""
    opinions, part = apps.get_model("opinions", "Opinion"), apps.get_model("opinions", "JointPart")
    for opinion in opinions.objects.exclude(joint_agencies=None).exclude(routed_at=None).distinct():
        part.objects.bulk_create(
            part(
                opinion=opinion,
                county_id=opinion.county_id,
                agency=agency,
                sent_on=timezone.localdate(opinion.routed_at),
                days=opinion.handling_days,
                due_on=opinion.handling_due_on,
            )
            for agency in opinion.joint_agencies.all()
        )


class Migration(migrations.Migration):

    dependencies = [
        ('opinions', '0004_import'),
        ('studios', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='opinion',
            name='clock_from',
            field=models.CharField(blank=True, choices=[('rule', "the office's rule"), ('general', 'set for all counties'), ('county', 'set by the county'), ('officer', 'set when it was routed')], max_length=10),
        ),
        migrations.AddField(
            model_name='opinion',
            name='handling_from',
            field=models.CharField(blank=True, choices=[('rule', "the office's rule"), ('general', 'set for all counties'), ('county', 'set by the county'), ('officer', 'set when it was routed')], max_length=10),
        ),
        migrations.AlterField(
            model_name='clocklimit',
            name='clock',
            field=models.CharField(choices=[('triage', 'triage'), ('signing', 'signing for'), ('return', 'returning'), ('handling', 'handling'), ('joint', 'joint part'), ('report_back', 'reporting back'), ('window', 'evaluation window')], max_length=20, verbose_name='clock'),
        ),
        migrations.CreateModel(
            name='JointPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sent_on', models.DateField(verbose_name='sent on')),
                ('days', models.PositiveSmallIntegerField(verbose_name='limit (working days)')),
                ('limit_from', models.CharField(blank=True, choices=[('rule', "the office's rule"), ('general', 'set for all counties'), ('county', 'set by the county'), ('officer', 'set when it was routed')], max_length=10)),
                ('added_days', models.PositiveSmallIntegerField(default=0, verbose_name='added by suspension (working days)')),
                ('due_on', models.DateField(verbose_name='due on')),
                ('signed_at', models.DateTimeField(null=True, verbose_name='signed for at')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='answered at')),
                ('answered_late', models.BooleanField(default=False, verbose_name='answered late')),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.agency', verbose_name='joint agency')),
                ('county', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.county')),
                ('opinion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='opinions.opinion')),
            ],
            options={
                'verbose_name': 'joint part',
                'verbose_name_plural': 'joint parts',
                'ordering': ['due_on', 'id'],
                'indexes': [models.Index(condition=models.Q(('answered_at', None)), fields=['agency', 'due_on'], name='joint_agency_waits'), models.Index(condition=models.Q(('answered_at', None)), fields=['county', 'due_on'], name='joint_county_waits')],
                'constraints': [models.UniqueConstraint(fields=('opinion', 'agency'), name='joint_part_once'), models.CheckConstraint(condition=models.Q(('days__gte', 1), ('days__lte', 250)), name='joint_days_plausible'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None)), models.Q(('answered_at__isnull', False), ('signed_at__isnull', False)), _connector='OR'), name='joint_answer_is_signed')],
            },
        ),
        migrations.CreateModel(
            name='LimitChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clock', models.CharField(choices=[('triage', 'triage'), ('signing', 'signing for'), ('return', 'returning'), ('handling', 'handling'), ('joint', 'joint part'), ('report_back', 'reporting back'), ('window', 'evaluation window')], max_length=20, verbose_name='clock')),
                ('matter', models.CharField(blank=True, choices=[('enquiry', 'enquiry'), ('help', 'help'), ('complaint', 'complaint'), ('proposal', 'proposal'), ('complex', 'complex matter')], max_length=20, verbose_name='matter type')),
                ('days_before', models.PositiveSmallIntegerField(null=True, verbose_name='before (working days)')),
                ('days', models.PositiveSmallIntegerField(null=True, verbose_name='working days')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('actor', models.CharField(max_length=120, verbose_name='who')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('county', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.county', verbose_name='county')),
            ],
            options={
                'verbose_name': 'change of a time limit',
                'verbose_name_plural': 'changes of time limits',
                'ordering': ['-at', '-id'],
                'indexes': [models.Index(fields=['county', '-at', '-id'], name='limit_change_county'), models.Index(fields=['-at', '-id'], name='limit_change_recent')],
            },
        ),
        migrations.RunPython(parts_of_joint_agencies, migrations.RunPython.noop),
        AppendOnly("LimitChange"),
    ]
