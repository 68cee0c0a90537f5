from django.contrib.auth import views as auth
from django.urls import path

from . import views

urlpatterns = [
    path("login/", views.Login.as_view(), name="login"),
    path("login/link/<uidb64>/<token>/", views.LoginLink.as_view(), name="login_link"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("welcome/<uidb64>/<token>/", views.Welcome.as_view(), name="welcome"),
    path("alive/", views.alive, name="alive"),
    path("second-factor/", views.second_factor, name="second_factor"),
    path("second-factor/recovery-codes/", views.recovery_codes, name="recovery_codes"),
    path("password/", views.PasswordChange.as_view(), name="password_change"),
]
