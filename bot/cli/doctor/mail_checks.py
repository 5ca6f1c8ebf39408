"""Checks of the mail server: whether it answers and takes the password. No mail is sent."""

from bot.cli.doctor.finding import Finding
from bot.notify_out.smtp import MailSender
from bot.settings.config import Settings

_REMEDY = "Correct SIGNOFF_SMTP_URL and SIGNOFF_SMTP_PASSWORD, or check the network."


async def mail_findings(settings: Settings) -> list[Finding]:
    """Return how the mail server is; nothing where none is set."""
    mail = settings.outside.mail
    if mail is None:
        return []
    handed = await MailSender(mail).reach()
    if handed.error:
        return [Finding("mail", "problem", f"{handed.error[0].upper()}{handed.error[1:]}.", _REMEDY)]
    signed_in = " and takes the password" if mail.server.user else ""
    return [Finding("mail", "ok", f"The mail server {mail.server.host} answers{signed_in}.")]
