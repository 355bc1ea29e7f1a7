from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "sendco.notifications"
    label = "notifications"
    verbose_name = "Notifications"
