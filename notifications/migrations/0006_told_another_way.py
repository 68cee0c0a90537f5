"""Messages whose recipient is told another way are never sent again."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0005_sealed_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='given_back',
            field=models.BooleanField(default=False, verbose_name='told another way'),
        ),
    ]
