"""Who else gets a copy of an office's letters."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('letters', '0006_drafts_are_signed_off'),
    ]

    operations = [
        migrations.AddField(
            model_name='organ',
            name='copies_to',
            field=models.CharField(blank=True, help_text='Named at the foot of hand-over and supervision letters, after the joint agencies.', max_length=80, verbose_name='also sent to'),
        ),
    ]
