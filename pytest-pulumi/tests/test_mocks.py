"""The fixture `pulumi_mocks`: what the SDK's own mocks hide or let through."""

import asyncio
import gc
import threading
import warnings

import psutil
import pulumi
import pytest

from pytest_pulumi import UNKNOWN, PulumiMocks, Secret, has_unknowns, is_secret, plain

GROUP = "test:index:Group"
COMPONENT = "test:index:Service"
ADDRESS = {GROUP: {"address": "10.0.0.1"}}


class Group(pulumi.CustomResource):
    """Stands for any generated resource class."""

    address: pulumi.Output[str]
    key: pulumi.Output[str]

    def __init__(self, name, props=None, opts=None):
        super().__init__(GROUP, name, {"address": None, "key": None, **(props or {})}, opts)


class Service(pulumi.ComponentResource):
    def __init__(self, name, props=None, opts=None, child_opts=None):
        super().__init__(COMPONENT, name, None, opts)
        child = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), child_opts)
        self.group = Group(name, props, child)
        self.uri = pulumi.Output.concat("http://", self.group.address)
        self.register_outputs({"uri": self.uri})


def test_inputs_arrive_as_the_program_wrote_them(pulumi_mocks):
    run = pulumi_mocks(lambda: Group("a", {"cpu": 1, "memory": 1.5, "tags": {"n": [2]}}))
    inputs = run.one(GROUP).inputs
    assert inputs == {"cpu": 1, "memory": 1.5, "tags": {"n": [2]}}
    assert f"{inputs['cpu']} {inputs['tags']['n'][0]}" == "1 2"


def test_options_are_visible(pulumi_mocks):
    def program():
        first = Group("first")
        Group(
            "second",
            {"from": first.address},
            pulumi.ResourceOptions(
                protect=True,
                retain_on_delete=True,
                delete_before_replace=True,
                replace_on_changes=["containers[*].resources"],
                replacement_trigger="blue",
                ignore_changes=["tags"],
                additional_secret_outputs=["key"],
                aliases=[pulumi.Alias(name="old")],
                deleted_with=first,
                custom_timeouts=pulumi.CustomTimeouts(create="20m"),
            ),
        )
        Group("third", None, pulumi.ResourceOptions(depends_on=[first], import_="there"))

    run = pulumi_mocks(program, answers=ADDRESS)
    first, options = run.one(GROUP, "first"), run.one(GROUP, "second").options
    assert options.protect
    assert options.retain_on_delete
    assert options.delete_before_replace is True
    assert options.replace_on_changes == ["containers[*].resources"]
    assert options.replacement_trigger == "blue"
    assert options.ignore_changes == ["tags"]
    assert options.additional_secret_outputs == ["key"]
    assert [alias.name for alias in options.aliases] == ["old"]
    assert options.deleted_with == first.urn
    assert options.custom_timeouts == {"create": "20m"}
    assert options.property_dependencies["from"] == [first.urn]
    third = run.one(GROUP, "third").options
    assert third.depends_on == [first.urn]
    assert third.import_id == "there"
    assert third.delete_before_replace is None


def test_hooks_are_visible_and_not_run(pulumi_mocks):
    def program():
        again = pulumi.ErrorHook("again", lambda failure: True)
        first = pulumi.ResourceHook("first", lambda args: None)
        hooks = pulumi.ResourceHookBinding(before_create=[first], on_error=[again])
        Group("a", opts=pulumi.ResourceOptions(hooks=hooks))

    run = pulumi_mocks(program)
    assert run.one(GROUP).options.hooks == {"before_create": ["first"], "on_error": ["again"]}
    assert run.hooks["again"](None) is True
    assert run.hooks.keys() == {"first", "again"}


def test_hooks_open_no_port(pulumi_mocks):
    """A server that outlives the event loop of its run can take the whole process with it."""
    listening = []

    def program():
        hook = pulumi.ErrorHook("again", lambda failure: True)
        hooks = pulumi.ResourceHookBinding(on_error=[hook])
        Group("a", opts=pulumi.ResourceOptions(hooks=hooks))

    def answer(_):
        sockets = psutil.Process().net_connections("tcp")
        listening.extend(one for one in sockets if one.status == psutil.CONN_LISTEN)
        return {}

    pulumi_mocks(program, answers={GROUP: answer})
    assert listening == []


def test_children_and_registered_outputs(pulumi_mocks):
    run = pulumi_mocks(lambda: Service("web"), answers=ADDRESS)
    service = run.one(COMPONENT)
    (group,) = run.children(service)
    assert group.parent == service.urn
    assert group.urn == "urn:pulumi:test::project::test:index:Service$test:index:Group::web"
    assert service.parent == "urn:pulumi:test::project::pulumi:pulumi:Stack::project-test"
    assert run.outputs[service.urn] == {"uri": "http://10.0.0.1"}


def test_urns_carry_the_whole_chain_of_parents(pulumi_mocks):
    class Outer(pulumi.ComponentResource):
        def __init__(self, name):
            super().__init__("test:index:Outer", name)
            Service("web", opts=pulumi.ResourceOptions(parent=self))

    run = pulumi_mocks(lambda: Outer("o"), answers=ADDRESS)
    assert (
        run.one(GROUP).urn.split("::")[2] == "test:index:Outer$test:index:Service$test:index:Group"
    )


def test_a_urn_registered_twice_is_refused(pulumi_mocks):
    def program():
        Group("same")
        Group("same")

    with pytest.raises(AssertionError, match=r"Duplicate resource URN '.*::same'"):
        pulumi_mocks(program)


def test_the_program_s_own_error_comes_out(pulumi_mocks):
    def program():
        Group("a").address.apply(lambda _: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        pulumi_mocks(program)


def test_an_assertion_in_an_apply_counts(pulumi_mocks):
    def check(address):
        assert address == "10.0.0.2"

    with pytest.raises(AssertionError, match=r"10\.0\.0"):
        pulumi_mocks(
            lambda: Group("a").address.apply(check),
            answers=ADDRESS,
        )


def test_a_run_error_keeps_its_type(pulumi_mocks):
    def refuse(_):
        raise pulumi.RunError("image must be pinned")

    with pytest.raises(pulumi.RunError, match="image must be pinned"):
        pulumi_mocks(lambda: Group("b", {"image": Group("a").id.apply(refuse)}))


def test_a_preview_does_not_know_what_is_not_answered(pulumi_mocks):
    applied = []

    def program():
        service = Service("web", {"cpu": 1})
        service.uri.apply(applied.append)
        return {"uri": service.uri, "id": service.group.id}

    run = pulumi_mocks(program, preview=True)
    assert run.result == {"uri": UNKNOWN, "id": UNKNOWN}
    assert has_unknowns(run.outputs)
    assert applied == []
    known = pulumi_mocks(program, preview=True, answers={GROUP: {"address": "x", "id": "there"}})
    assert known.result == {"uri": "http://x", "id": "there"}


def test_unknown_inputs_stay_where_they_are(pulumi_mocks):
    def program():
        Group("b", {"containers": [{"image": Group("a").address, "cpu": 1}]})

    run = pulumi_mocks(program, preview=True)
    assert run.one(GROUP, "b").inputs == {"containers": [{"image": UNKNOWN, "cpu": 1}]}


def test_a_nested_secret_stays_nested(pulumi_mocks):
    def program():
        Group("a", {"env": [{"name": "K", "secure": pulumi.Output.secret("planted")}]})

    run = pulumi_mocks(program)
    (variable,) = run.one(GROUP).inputs["env"]
    assert is_secret(variable["secure"])
    assert plain(variable) == {"name": "K", "secure": "planted"}
    assert "planted" not in repr(run.one(GROUP).inputs)
    run.assert_only_in_secrets("planted")


@pytest.mark.parametrize(
    ("program", "where"),
    [
        (lambda s: Group("a", {"env": [{"value": s}]}), r"inputs of .*::a: env\[0\]\.value"),
        (lambda s: Group(s), "the name of a test:index:Group"),
        (lambda s: pulumi.export("key", s), "exports: key"),
        (lambda s: pulumi.log.warn(f"key is {s}"), "a log message of severity warning"),
        (lambda s: Group("a", {"tags": {s: 1}}), "inputs of .*::a: tags.planted"),
    ],
    ids=["input", "name", "export", "log", "key"],
)
def test_a_bare_secret_is_found(pulumi_mocks, program, where):
    def both():
        program("planted")
        Group("z", {"key": pulumi.Output.secret("planted")})

    with pytest.raises(AssertionError, match=where):
        pulumi_mocks(both).assert_only_in_secrets("planted")


def test_a_secret_that_was_never_given_proves_nothing(pulumi_mocks):
    with pytest.raises(AssertionError, match="nowhere"):
        pulumi_mocks(lambda: Group("a")).assert_only_in_secrets("planted")


def test_additional_secret_outputs_are_honoured(pulumi_mocks):
    secret = pulumi.ResourceOptions(additional_secret_outputs=["key"])
    run = pulumi_mocks(
        lambda: {"key": Group("a", None, secret).key}, answers={GROUP: {"key": "planted"}}
    )
    assert run.result == {"key": Secret("planted")}


def test_answers_may_depend_on_the_resource(pulumi_mocks):
    run = pulumi_mocks(
        lambda: [Group("a").address, Group("b").address],
        answers={GROUP: lambda resource: {"address": f"{resource.name}.example"}},
    )
    assert run.result == ["a.example", "b.example"]


def test_functions_are_answered_and_recorded(pulumi_mocks):
    def program():
        return pulumi.runtime.invoke_output("test:index:keys", {"name": "r"}).apply(
            lambda r: r["k"]
        )

    run = pulumi_mocks(program, functions={"test:index:keys": lambda args: {"k": args["name"] * 2}})
    assert run.result == "rr"
    assert [(call.token, call.args) for call in run.calls] == [("test:index:keys", {"name": "r"})]


def test_a_question_without_an_answer_is_an_error(pulumi_mocks):
    with pytest.raises(AssertionError, match=r"functions=\{'test:index:keys'"):
        pulumi_mocks(lambda: pulumi.runtime.invoke_output("test:index:keys", {}))
    with pytest.raises(AssertionError, match=r"stacks=\{'acme/platform/dev'"):
        pulumi_mocks(lambda: pulumi.StackReference("acme/platform/dev").get_output("x"))


def test_stack_references(pulumi_mocks):
    def program():
        platform = pulumi.StackReference("acme/platform/dev")
        return {k: platform.require_output(k) for k in ("group", "key")}

    run = pulumi_mocks(
        program, stacks={"acme/platform/dev": {"group": "rg", "key": Secret("planted")}}
    )
    assert run.result["group"] == "rg"
    assert plain(run.result["key"]) == "planted"
    assert is_secret(run.result["key"])


def test_stacks_that_are_asked_by_the_engines_function(pulumi_mocks):
    def program():
        return pulumi.runtime.invoke_output(
            "pulumi:pulumi:readStackOutputs", {"name": "acme/platform/dev"}
        ).apply(lambda found: found["outputs"])

    run = pulumi_mocks(program, stacks={"acme/platform/dev": {"group": "rg"}})
    assert run.result == {"group": "rg"}
    with pytest.raises(AssertionError, match=r"stacks=\{'acme/platform/dev'"):
        pulumi_mocks(program)


def test_configuration(pulumi_mocks):
    def program():
        config = pulumi.Config()
        pulumi.export("cpu", config.require_float("cpu"))
        pulumi.export("key", config.require_secret("key"))
        pulumi.export("region", pulumi.Config("azure-native").require("location"))
        pulumi.export("object", config.require_object("object"))

    run = pulumi_mocks(
        program,
        config={
            "cpu": 0.5,
            "key": Secret("planted"),
            "azure-native:location": "westeurope",
            "object": {"a": [1]},
        },
    )
    assert run.exports == {
        "cpu": 0.5,
        "key": Secret("planted"),
        "region": "westeurope",
        "object": {"a": [1]},
    }


def test_nothing_of_one_run_is_seen_by_the_next(pulumi_mocks):
    pulumi_mocks(lambda: (Group("a"), pulumi.export("x", 1)), config={"k": "v"})
    run = pulumi_mocks(lambda: (Group("a"), pulumi.Config().get("k"))[1])
    assert run.result is None
    assert run.exports == {}
    assert len(run.resources) == 1


def test_what_is_never_awaited_ends_with_its_run(pulumi_mocks):
    async def forever():
        await asyncio.sleep(3600)

    def program():
        tasks.append(asyncio.ensure_future(forever()))

    tasks = []
    pulumi_mocks(program)
    assert tasks[0].cancelled()
    assert [t.name for t in threading.enumerate() if t.name.startswith("pulumi-mocks")] == []


def test_no_event_loop_is_left_open(pulumi_mocks):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        pulumi_mocks(lambda: [Service(f"s{i}").uri for i in range(5)], answers=ADDRESS)
        gc.collect()
    assert [str(w.message) for w in seen if "unclosed" in str(w.message)] == []


def test_runs_inside_a_running_event_loop(pulumi_mocks):
    async def main():
        return pulumi_mocks(lambda: Group("a").id)

    assert asyncio.run(main()).result == "a-id"


def test_one_says_what_there_is(pulumi_mocks):
    run = pulumi_mocks(lambda: [Group("a").id, Group("b").id])
    with pytest.raises(
        AssertionError, match=r"one test:index:Group expected, 2 registered.*'a'.*'b'"
    ):
        run.one(GROUP)
    assert [r.name for r in run.all(GROUP)] == ["a", "b"]


def test_a_project_may_have_its_own_defaults():
    mocks = PulumiMocks(project="mine", stack="prod", answers={GROUP: {"address": "x"}})
    run = mocks(lambda: (Group("a").address, pulumi.get_project(), pulumi.get_stack()))
    assert run.result == ["x", "mine", "prod"]


def test_get_reads_by_id(pulumi_mocks):
    def program():
        return Group("a", None, pulumi.ResourceOptions(id="there")).id

    assert pulumi_mocks(program).result == "there"
