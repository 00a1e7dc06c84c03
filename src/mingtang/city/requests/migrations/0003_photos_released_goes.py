"""A flag that nothing read goes: each photo has its own."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('requests', '0002_fulltext'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='request',
            name='photos_released',
        ),
    ]
