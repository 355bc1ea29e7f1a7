from django.apps import AppConfig


class DeploymentConfig(AppConfig):
    name = "staff.deployment"
    label = "deployment"
    verbose_name = "Deployment"
