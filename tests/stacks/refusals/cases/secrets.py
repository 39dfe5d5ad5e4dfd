"""What is wrong with secrets."""

from pytest_pulumi.wire import Secret
from tests.stacks.refusals.words import SECRETS, SERVICE, SET, Cases

CASES: Cases = {
    "a secret that does not exist": (
        {
            f"{SERVICE}/secretEnvironment": {"A": "apiTokn", "B": "apiToken"},
            "slipway:secrets": SECRETS,
        },
        {
            "slipway:services.diabetes.secretEnvironment.A": "must be a name in slipway:secrets, got "
            "'apiTokn'; add it by `pulumi config set --stack test --secret --path slipway:secrets.apiTokn`, or did you "
            "mean apiToken?"
        },
    ),
    "a secret where there are none": (
        {f"{SERVICE}/secretEnvironment": {"A": "apiToken"}},
        {
            "slipway:services.diabetes.secretEnvironment.A": "must be a name in slipway:secrets, got "
            "'apiToken'; add it by `pulumi config set --stack test --secret --path slipway:secrets.apiToken`"
        },
    ),
    "a secret that nothing uses": (
        {"slipway:secrets": SECRETS},
        {
            "slipway:secrets.apiToken": "is used by no service: refer to it in secretEnvironment, keys or "
            "tls, or remove it by `pulumi config rm --stack test --path slipway:secrets.apiToken`"
        },
    ),
    "secrets in plain text": (
        {
            "slipway:secrets": {"apiToken": "planted-token"},
            f"{SERVICE}/secretEnvironment": {"A": "apiToken"},
        },
        {"slipway:secrets": f"must not be in plain text, got apiToken; set each again by {SET}"},
    ),
    "a key that is white space": (
        {
            "slipway:secrets": Secret({"apiToken": "planted", "blank": " \n\t"}),
            f"{SERVICE}/auth": True,
            f"{SERVICE}/keys": {"primarySecret": "blank", "secondarySecret": "apiToken"},
        },
        {"slipway:secrets.blank": "must be a text that is not empty"},
    ),
    "an empty secret": (
        {
            "slipway:secrets": Secret({"apiToken": ""}),
            f"{SERVICE}/secretEnvironment": {"A": "apiToken"},
        },
        {"slipway:secrets.apiToken": "must be a text that is not empty"},
    ),
    "secrets that are no object": (
        {"slipway:secrets": Secret("planted-token")},
        {"slipway:secrets": f"must be an object of names and secret texts; set each by {SET}"},
    ),
    "a secret anywhere else": (
        {
            "slipway:services": Secret(
                {
                    "diabetes": {
                        "target": "aci",
                        "image": "diabetes-image:1",
                        "environment": {"API_TOKEN": "planted-token"},
                    }
                }
            )
        },
        {
            "slipway:services": "must hold no secret: remove it by `pulumi config rm --stack test "
            f"--path slipway:services`, set it by {SET}, and refer to it by that name (secretEnvironment, keys, "
            "tls.keySecret)"
        },
    ),
}
