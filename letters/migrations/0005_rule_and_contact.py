"""The rule that letters cite, and the office's contact."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('letters', '0004_void_by_rule'),
    ]

    operations = [
        migrations.AddField(
            model_name='organ',
            name='contact',
            field=models.CharField(blank=True, help_text='Name and phone, below the date of every letter.', max_length=60, verbose_name='contact'),
        ),
        migrations.AddField(
            model_name='organ',
            name='rule_name',
            field=models.CharField(blank=True, help_text="With its brackets, as it stands in the letters: 《…办理办法》. Empty: the time limits' general name.", max_length=80, verbose_name='rule that letters cite'),
        ),
    ]
