"""The one library into which every module of this package puts its tags and filters."""

from django import template

register = template.Library()
