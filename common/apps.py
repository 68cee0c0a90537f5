"""The app that owns what every page shares: layout, tags, pagination, charts. It has no models."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "common"
