"""How large a cluster must be: both conditions in one sentence, with the arithmetic and the smallest change."""

import pytest

from slipway.rules.cluster_capacity import Pool, Words, only_accelerated, refusal
from slipway.rules.vm_sizes import vcpus

GPU = "sku=gpu:NoSchedule"
SPOT = "kubernetes.azure.com/scalesetpriority=spot:NoSchedule"


def pool(name="scoring", size="Standard_D3_v2", machines=3, **more):
    return Pool(name=name, vm_size=size, vcpus=vcpus(size), machines=machines, **more)


@pytest.mark.parametrize(
    "pools",
    [
        [pool()],
        [pool(size="Standard_D2_v2", machines=6)],
        [pool("a", machines=2), pool("b", machines=1)],
        [pool("a"), pool("b", machines=9, spot=True)],
        [pool(size="Standard_E64-4s_v3")],
        [pool("soft", taints=("a=b:PreferNoSchedule",))],
        [pool("gpu", size="Standard_NC6s_v3", machines=1)],
        [pool("fpga", size="Standard_NP10s", machines=1, taints=(GPU,))],
    ],
)
def test_large_enough(pools):
    assert refusal(pools, "production") is None


def test_two_machines_of_the_usual_size_are_refused_in_one_sentence():
    assert refusal([pool(machines=2)], "production") == (
        "must have at least 12 vCPU on at least 3 machines for purpose production, got 8 vCPU on 2 machines "
        "(scoring: 2 x Standard_D3_v2 (4 vCPU each) = 8 vCPU): 8 vCPU are 4 fewer than 12 and 2 machines are 1 "
        "fewer than 3; the smallest change is pools.scoring.count: 3 (12 vCPU on 3 machines), or purpose: dev-test "
        "for a cluster that is not for production"
    )


@pytest.mark.parametrize(
    ("pools", "said"),
    [
        # Each condition alone.
        ([pool(size="Standard_D8s_v5", machines=2)], "): 2 machines are 1 fewer than 3; "),
        ([pool(size="Standard_D2_v2", machines=3)], "): 6 vCPU are 6 fewer than 12; "),
        ([pool(size="Standard_D8s_v5", machines=1)], " and 1 machine is 2 fewer than 3; "),
        # The smallest change: least vCPU more, and of those fewest machines.
        ([pool(size="Standard_D2_v2")], "pools.scoring.count: 6 (12 vCPU on 6 machines)"),
        (
            [pool("big", size="Standard_D8s_v5", machines=1), pool("small", machines=1)],
            "pools.small.count: 2 (16 vCPU on 3 machines)",
        ),
        # The autoscaler's minimum counts, and is what to raise.
        (
            [pool(machines=1, autoscaled=True)],
            "scoring: at least 1 x Standard_D3_v2 (4 vCPU) = 4 vCPU): ",
        ),
        ([pool(machines=1, autoscaled=True)], "pools.scoring.min_count: 3 (12 vCPU"),
        # What does not count is shown, and why.
        (
            [pool("gpu", taints=(GPU,)), pool(machines=2)],
            "gpu: 3 x Standard_D3_v2 (4 vCPU each) = 12 vCPU, not counted as it has the taint sku=gpu:NoSchedule",
        ),
        (
            [pool("cheap", machines=9, spot=True)],
            "not counted as its machines are spot machines, which Azure may take back",
        ),
        (
            [pool("cheap", machines=9, spot=True)],
            "the smallest change is a pool with count: 3 of Standard_D3_v2, without taints and not of spot machines, "
            "in pools",
        ),
        ([], "got 0 vCPU on 0 machines (no pool)"),
        # One with accelerators beside others is none of accelerators only.
        ([pool("gpu", size="Standard_NC6s_v3", machines=1), pool(machines=1)], "got 10 vCPU"),
    ],
)
def test_refused(pools, said):
    assert said in refusal(pools, "production")


def test_dev_test_asks_for_two_vcpu():
    assert refusal([pool(size="Standard_B2s", machines=1)], "dev-test") is None
    assert refusal([pool(size="Standard_B1ms", machines=1)], "dev-test") == (
        "must have at least 2 vCPU on at least 1 machine for purpose dev-test, got 1 vCPU on 1 machine (scoring: "
        "1 x Standard_B1ms (1 vCPU) = 1 vCPU): 1 vCPU are 1 fewer than 2; the smallest change is "
        "pools.scoring.count: 2 (2 vCPU on 2 machines)"
    )


def test_a_service_counts_the_pools_that_it_tolerates():
    pools = [pool("own", taints=(GPU,))]
    assert "not counted" in refusal(pools, "production")
    assert refusal(pools, "production", tolerated={GPU}) is None
    assert "spot" in refusal([pool(spot=True, taints=(SPOT,))], "production", tolerated={SPOT})


def test_settings_are_called_as_their_user_knows_them():
    words = Words(
        pools="slipway:cluster.pools", minimum="minCount", purpose="slipway:cluster.purpose"
    )
    said = refusal([pool(machines=2, autoscaled=True)], "production", words=words)
    assert "slipway:cluster.pools.scoring.minCount: 3" in said
    assert "or slipway:cluster.purpose: dev-test" in said


def test_a_cluster_of_accelerators_only_is_exempt():
    assert only_accelerated([pool(size="Standard_NC6s_v3"), pool(size="Standard_NP10s")])
    assert not only_accelerated([pool(size="Standard_NC6s_v3"), pool()])
    assert not only_accelerated([])
