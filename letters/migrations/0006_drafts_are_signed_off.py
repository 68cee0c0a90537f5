"""Letters are drafted before they take a number; those that were issued stay as they are."""

import common.security.crypto
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.db.database import AppendOnly

FIXED = (
    "county_id",
    "kind",
    "series",
    "year",
    "serial",
    "agency_id",
    "about",
    "occasion",
    "template_id",
    "issued_at",
    "issued_by_id",
)


class Migration(migrations.Migration):

    dependencies = [
        ('letters', '0005_rule_and_contact'),
        ('studios', '0011_criteria_wording'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('handover', 'hand-over letter'), ('supervision', 'supervision letter'), ('reply', 'letter of reply')], max_length=20, verbose_name='kind')),
                ('about', models.CharField(db_index=True, max_length=20, verbose_name='about')),
                ('occasion', models.CharField(max_length=40)),
                ('facts_text', common.security.crypto.EncryptedTextField(verbose_name='facts')),
                ('drafted_at', models.DateTimeField(verbose_name='drafted at')),
                ('checked_at', models.DateTimeField(null=True, verbose_name='checked at')),
                ('dropped_at', models.DateTimeField(null=True, verbose_name='dropped at')),
                ('drop_reason', common.security.crypto.EncryptedTextField(blank=True, max_length=300, verbose_name='why it was dropped')),
            ],
            options={
                'verbose_name': 'draft of a letter',
                'verbose_name_plural': 'drafts of letters',
                'ordering': ['drafted_at', 'id'],
            },
        ),
        migrations.AddField(
            model_name='letter',
            name='file_number',
            field=models.CharField(blank=True, max_length=40, verbose_name='archive number'),
        ),
        migrations.AddField(
            model_name='letter',
            name='filed_at',
            field=models.DateTimeField(null=True, verbose_name='filed at'),
        ),
        migrations.AddField(
            model_name='letter',
            name='filed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='filed by'),
        ),
        migrations.AddField(
            model_name='letter',
            name='stamped_at',
            field=models.DateTimeField(null=True, verbose_name="stamped at"),
        ),
        migrations.AddField(
            model_name='letter',
            name='stamped_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='stamped by'),
        ),
        migrations.AddField(
            model_name='organ',
            name='handover_by_rule',
            field=models.BooleanField(default=False, help_text='It is issued with its number as soon as a rule or a person asks for it. Otherwise it is drafted, and takes its number when somebody signs it off.', verbose_name='hand-over letters need no signing off'),
        ),
        migrations.AddField(
            model_name='organ',
            name='needs_check',
            field=models.BooleanField(default=False, help_text='A triage officer or supervisor checks the draft; before that nobody can sign it off.', verbose_name='a letter is checked before it is signed off'),
        ),
        migrations.AddField(
            model_name='organ',
            name='reply_by_rule',
            field=models.BooleanField(default=False, help_text='It is issued with its number as soon as a rule or a person asks for it. Otherwise it is drafted, and takes its number when somebody signs it off.', verbose_name='letters of reply need no signing off'),
        ),
        migrations.AddField(
            model_name='organ',
            name='supervision_by_rule',
            field=models.BooleanField(default=False, help_text='It is issued with its number as soon as a rule or a person asks for it. Otherwise it is drafted, and takes its number when somebody signs it off.', verbose_name='supervision letters need no signing off'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('filed_at', None), ('filed_by', None)), models.Q(('filed_at__isnull', False), ('filed_by__isnull', False), models.Q(('agency', None), ('signed_at__isnull', False), _connector='OR')), _connector='OR'), name='letter_filed_when_received'),
        ),
        migrations.AddField(
            model_name='draft',
            name='agency',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.agency', verbose_name='addressed to'),
        ),
        migrations.AddField(
            model_name='draft',
            name='checked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='checked by'),
        ),
        migrations.AddField(
            model_name='draft',
            name='county',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.county', verbose_name='county'),
        ),
        migrations.AddField(
            model_name='draft',
            name='drafted_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='drafted by'),
        ),
        migrations.AddField(
            model_name='draft',
            name='dropped_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='dropped by'),
        ),
        migrations.AddField(
            model_name='draft',
            name='letter',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='draft', to='letters.letter'),
        ),
        migrations.AddField(
            model_name='draft',
            name='studio',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.studio'),
        ),
        migrations.AddField(
            model_name='draft',
            name='township',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.township', verbose_name='township'),
        ),
        migrations.AddIndex(
            model_name='draft',
            index=models.Index(condition=models.Q(('dropped_at', None), ('letter', None)), fields=['county', 'drafted_at', 'id'], name='draft_waiting'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.UniqueConstraint(condition=models.Q(('dropped_at', None), ('letter', None)), fields=('about', 'kind', 'occasion'), name='draft_waits_once'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.CheckConstraint(condition=models.Q(('letter', None), ('dropped_at', None), _connector='OR'), name='draft_signed_or_dropped'),
        ),
        # SQLite drops the triggers of a table that it rebuilds.
        AppendOnly("Letter", FIXED),
    ]
