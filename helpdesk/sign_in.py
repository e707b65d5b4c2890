"""Signing in, on the desk's own page and the admin's: so many tries, then a wait."""

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import get_user_model
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.contrib.messages.views import SuccessMessageMixin
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from helpdesk.errors import HelpdeskError
from helpdesk.models import SignInTries


class FewTries:
    """A form that looks at no password after too many wrong ones."""

    @sensitive_variables()
    def clean(self):
        name, password = (self.cleaned_data.get(field) for field in ("username", "password"))
        if name is None or not password:
            return super().clean()
        try:
            tries = SignInTries.objects.begin(name, self.request.META.get("REMOTE_ADDR", ""))
            try:
                cleaned = super().clean()
            except ValidationError:
                tries.fail()
                raise
        except HelpdeskError as error:
            raise ValidationError(str(error), code="too_many_tries") from None
        tries.succeed()
        return cleaned


class SignInForm(FewTries, AuthenticationForm):
    error_messages = AuthenticationForm.error_messages | {
        "invalid_login": _(
            "The name and the password do not match an account. Mind capital letters, and try"
            " again."
        )
    }


class AdminSignInForm(FewTries, AdminAuthenticationForm):
    pass


class SignIn(LoginView):
    """The sign-in page; a demo account can be chosen by a link."""

    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_initial(self):
        return super().get_initial() | {"username": self.request.GET.get("account", "")}

    def get_context_data(self, **kwargs):
        nobody = not get_user_model().objects.exists()
        return super().get_context_data(**kwargs) | {"nobody": nobody}


class NewPasswordForm(PasswordChangeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Django's own is a list, which no line of a form holds.
        self.fields["new_password1"].help_text = _(
            "At least eight characters, and no password that many people use."
        )
        self.fields["new_password2"].help_text = ""


class NewPassword(SuccessMessageMixin, PasswordChangeView):
    """A person's own password; whoever else is signed in with the old one is signed out."""

    form_class = NewPasswordForm
    template_name = "registration/new_password.html"
    success_url = reverse_lazy("chat")
    success_message = _("Your new password holds from now on.")
