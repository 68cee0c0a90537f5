"""The day on which a level was reached, letters not yet issued, notices to a studio, bulk notices as lists."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("opinions", "0020_rounds_from_the_ledger"),
        ('studios', '0006_sealed_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='bulknotice',
            name='letter',
            field=models.BooleanField(default=False, verbose_name='as an official letter'),
        ),
        migrations.AddField(
            model_name='bulknotice',
            name='starts_at',
            field=models.DateTimeField(null=True, verbose_name='sent from'),
        ),
        migrations.AddField(
            model_name='opinion',
            name='letter_owed',
            field=models.CharField(blank=True, choices=[('handover', 'hand-over letter, issued when the office opens'), ('supervision', 'supervision letter, waits for a person')], max_length=12, verbose_name='letter not yet issued'),
        ),
        migrations.AddField(
            model_name='opinion',
            name='level_on',
            field=models.DateField(null=True, verbose_name='level reached on'),
        ),
        migrations.AlterField(
            model_name='bulknotice',
            name='created_at',
            field=models.DateTimeField(verbose_name='listed at'),
        ),
        migrations.AlterField(
            model_name='bulktarget',
            name='outcome',
            field=models.CharField(choices=[('skipped', 'skipped'), ('undone', 'undone, not sent'), ('waiting', 'waits for its turn'), ('sent', 'notice sent'), ('changed', 'changed meanwhile, not sent'), ('refused', 'not possible, not sent')], default='waiting', max_length=10),
        ),
        migrations.AlterField(
            model_name='notice',
            name='agency',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='studios.agency', verbose_name='lead agency'),
        ),
    ]
