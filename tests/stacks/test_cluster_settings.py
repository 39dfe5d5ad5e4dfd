"""What a configuration may say of a cluster, in its own keys."""

import pytest
from pydantic import ValidationError

from components.cluster.options import ClusterOptions
from components.cluster.pool_options import PoolOptions
from stacks.settings.cluster import ClusterSettings


def problems(**settings):
    return dict(ClusterSettings.model_validate(settings).problems())


def test_settings_that_say_nothing_are_the_cluster_as_it_comes():
    settings = ClusterSettings.model_validate({})
    assert ClusterOptions(**settings.arguments()) == ClusterOptions()
    assert dict(settings.problems()) == {}


def test_pools_become_the_components():
    pools = {"a": {"vmSize": "Standard_D8s_v5", "minCount": 3, "maxCount": 9}, "b": {"spot": True}}
    settings = ClusterSettings.model_validate({"pools": pools, "maintenance": {"day": "Friday"}})
    made = ClusterOptions(**settings.arguments())
    assert made.pools == {
        "a": PoolOptions(vm_size="Standard_D8s_v5", min_count=3, max_count=9),
        "b": PoolOptions(spot=True),
    }
    assert made.maintenance.day == "Friday"
    assert made.conflicts() == {}


def test_a_cluster_that_is_too_small_is_refused_in_the_users_own_words():
    (found,) = problems(pools={"scoring": {"count": 2}}).items()
    assert found == (
        "pools",
        "must have at least 12 vCPU on at least 3 machines for purpose production, got 8 vCPU on 2 machines "
        "(scoring: 2 x Standard_D3_v2 (4 vCPU each) = 8 vCPU): 8 vCPU are 4 fewer than 12 and 2 machines are 1 fewer "
        "than 3; the smallest change is pools.scoring.count: 3 (12 vCPU on 3 machines), or purpose: dev-test for a "
        "cluster that is not for production",
    )
    assert problems(purpose="dev-test", pools={"scoring": {"count": 1}}) == {}


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"pools": {"gpu": {"vmSize": "Standard_Q1"}}}, "pools.gpu.vmSize"),
        ({"pools": {"gpu": {"minCount": 3}}}, "pools.gpu.minCount"),
        ({"serviceCidr": "10.1.0.0/16", "dnsServiceIp": "10.1.0.10"}, "subnetId"),
        ({"loadBalancerSubnet": "front"}, "loadBalancerSubnet"),
        ({"privateCluster": True, "authorizedIpRanges": ["10.0.0.0/8"]}, "authorizedIpRanges"),
    ],
)
def test_problems_have_keys_of_the_configuration(settings, key):
    assert problems(**settings).keys() == {key}


@pytest.mark.parametrize(
    ("settings", "where"),
    [
        ({"kubernetesVersion": "1.12"}, ("kubernetesVersion",)),
        ({"purpose": "fun"}, ("purpose",)),
        ({"pools": {"a": {"vmSize": "large"}}}, ("pools", "a", "vmSize")),
        ({"pools": {"a": {"nodes": 3}}}, ("pools", "a", "nodes")),
        ({"systemCount": 0}, ("systemCount",)),
        ({"zones": ["4"]}, ("zones", 0)),
    ],
)
def test_values_are_refused_where_they_are(settings, where):
    with pytest.raises(ValidationError) as refusal:
        ClusterSettings.model_validate(settings)
    assert [error["loc"] for error in refusal.value.errors()] == [where]


def test_beside_one_that_is_used_there_is_its_purpose_alone():
    used = {"stack": "organization/slipway/platform"}
    assert problems(existing=used, purpose="dev-test") == {}
    assert problems(existing=used, keda=True).keys() == {"keda"}
    # What is said of pools by default is of a cluster that is created.
    assert problems(existing=used) == {}
