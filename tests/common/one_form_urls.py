"""The product's addresses and one page more: a form that keeps its draft, saved by any POST with a title."""

from crispy_forms.layout import Layout
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template import RequestContext, Template
from django.urls import path

from common.ui.forms import LiaisonFormHelper
from congress_liaison.urls import urlpatterns as product

PAGE = Template(
    '{% extends "base.html" %}{% load crispy_forms_tags %}{% block title %}一张表{% endblock %}'
    "{% block heading %}一张表{% endblock %}{% block content %}{% crispy form %}{% endblock %}"
)
posts = []


class OneForm(forms.Form):
    title = forms.CharField(label="标题")
    secret = forms.BooleanField(label="保密", required=False)
    password = forms.CharField(label="口令", required=False, widget=forms.PasswordInput)

    def __init__(self, *args):
        super().__init__(*args)
        self.helper = LiaisonFormHelper(self, submit="登记", draft="one")
        self.helper.layout = Layout("title", "secret", "password")


def one_form(request):
    form = OneForm(request.POST or None)
    if request.method == "POST":
        posts.append(request.POST.get("title"))
        if form.is_valid():
            messages.success(request, "已登记", extra_tags="draft:one")
            return redirect(request.path)
    return HttpResponse(PAGE.render(RequestContext(request, {"form": form})))


urlpatterns = [path("one-form/", one_form), *product]
