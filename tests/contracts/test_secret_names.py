"""The policy pack and the image builder know the same names as those of secrets."""

from policies import rules
from slipway.rules import secret_names


def test_the_rule_is_the_same():
    assert secret_names._SECRET_NAME.pattern == rules._SECRET_NAME.pattern
