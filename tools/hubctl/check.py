"""Whether a project fits: its cluster is the stack's, and its keys work."""

from cdphub.connections import Project, ProjectSecrets
from cdphub.failures import FailureClass
from cdphub.transport import Urllib3Transport
from cdphub.voucherify.client import Voucherify
from tools.hubctl.errors import WrongInputError


def check_keys(project: Project, secrets: ProjectSecrets) -> None:
    """Asks Voucherify with the keys; raises WrongInputError with what it says if that is no yes."""
    answer = Voucherify(project, secrets, Urllib3Transport()).probe()
    if answer.failure is FailureClass.AUTH:
        raise WrongInputError(
            f"secret_key: {project.api_url} refuses the API key: look at the key pair, and whether it is this cluster's"
        )
    if not answer.yes:
        raise WrongInputError(f"api_url: {project.api_url} does not say yes: {answer.reason}; --no-check skips this")


def check_cluster(stack_url: str | None, api_url: str) -> None:
    """Raises WrongInputError if the stack is known to serve another cluster: data would leave the project's region."""
    if stack_url is not None and stack_url.rstrip("/") != api_url.rstrip("/"):
        raise WrongInputError(f"api_url: the stack serves {stack_url}, not {api_url}; --other-cluster adds it anyway")
