using System.Collections.Immutable;
using AuthzSim.Authorization;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Writes;

namespace AuthzSim.Tests.Writes;

/// <summary>The order of the checks of a write, and what the recordings have no example of.</summary>
public sealed class RbacWriteHandlerTests
{
    private static readonly UserInfo _admin = UserInfo.Of("admin", RbacNames.SystemMasters);
    private static readonly UserInfo _nobody = UserInfo.Of("nobody");
    private static readonly UserInfo _writer = UserInfo.Of("writer");

    private static readonly PolicySet _policy = new()
    {
        Namespaces = [new Namespace("ns"), new Namespace("going") { IsTerminating = true }],
        Roles =
        [
            Role("r", Get("pods")) with
            {
                Metadata = new ObjectMeta
                {
                    Name = "r", Namespace = "ns", Uid = "uid-1", ResourceVersion = "7", CreationTimestamp = "2026-01-01T00:00:00Z",
                },
            },
            Role("bare", Get("pods")),
        ],
        ClusterRoles =
        [
            new ClusterRole
            {
                Metadata = new ObjectMeta { Name = "updater" },
                Rules = [new PolicyRule { Verbs = ["update", "escalate"], ApiGroups = [RbacNames.Group], Resources = ["roles"] }],
            },
        ],
        ClusterRoleBindings =
        [
            new ClusterRoleBinding
            {
                Metadata = new ObjectMeta { Name = "updater" },
                RoleRef = RoleRef.ClusterRole("updater"),
                Subjects = [Subject.User("writer")],
            },
        ],
    };

    [Fact]
    public void A_created_object_is_defaulted_and_gets_the_namespace_of_the_url()
    {
        var binding = new RoleBinding
        {
            Metadata = new ObjectMeta { Name = "b" },
            RoleRef = new RoleRef { Kind = "Role", Name = "r" },
            Subjects = [new() { Kind = "User", Name = "u" }],
        };
        var result = Handle(RbacWrite.Create(_admin, binding, "ns"));
        Assert.Equal(201, result.Code);
        Assert.Equal(
            binding with
            {
                Metadata = new ObjectMeta { Name = "b", Namespace = "ns" },
                RoleRef = RoleRef.Role("r"),
                Subjects = [Subject.User("u")],
            },
            result.Object);
    }

    [Fact]
    public void A_cluster_scoped_object_loses_its_namespace() => Assert.Equal(
        "", Handle(RbacWrite.Create(_admin, new ClusterRole { Metadata = Meta("c", "ns") })).Object!.Metadata.Namespace);

    [Fact]
    public void Owners_named_twice_are_named_once()
    {
        var owner = new OwnerReference { ApiVersion = "v1", Kind = "K", Name = "n", Uid = "1" };
        var role = Role("x") with { Metadata = Meta("x") with { OwnerReferences = [owner, owner with { Name = "m" }, owner] } };
        Assert.Equal(["n", "m"], Handle(RbacWrite.Create(_admin, role)).Object!.Metadata.OwnerReferences.Select(o => o.Name));
    }

    [Fact]
    public void A_name_is_generated_after_the_escalation_check_and_cut_to_63_bytes()
    {
        var role = Role("") with { Metadata = Meta("") with { GenerateName = new string('a', 70) } };
        var write = RbacWrite.Create(_admin, role) with { GeneratedNameSuffix = "bcdfg" };
        Assert.Equal(new string('a', 58) + "bcdfg", Handle(write).Object!.Metadata.Name);

        var policy = Granting("create", "roles");
        var refused = new RbacWriteHandler(policy).Handle(
            RbacWrite.Create(_writer, role with { Rules = [Get("pods")] }));
        Assert.StartsWith(
            "roles.rbac.authorization.k8s.io is forbidden: user \"writer\"", refused.Status!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Authorization_comes_before_everything()
    {
        ExpectFailure(
            RbacWrite.Create(_nobody, Role("x", new PolicyRule()), "elsewhere"), 403, "Forbidden",
            "roles.rbac.authorization.k8s.io is forbidden: User \"nobody\" cannot create resource \"roles\" "
            + "in API group \"rbac.authorization.k8s.io\" in the namespace \"elsewhere\"");
    }

    [Fact]
    public void Namespaces_of_body_and_url_must_agree() => ExpectFailure(
        RbacWrite.Create(_admin, Role("x"), "other"), 400, "BadRequest",
        "the namespace of the provided object does not match the namespace sent on the request");

    [Fact]
    public void Names_of_body_and_url_must_agree()
    {
        ExpectFailure(
            RbacWrite.Update(_admin, Role("x"), name: "y"), 400, "BadRequest",
            "the name of the object (x) does not match the name on the URL (y)");
        ExpectFailure(
            RbacWrite.Update(_admin, Role(""), name: "y"), 400, "BadRequest",
            "the name of the object (y based on URL) was undeterminable: name must be provided");
    }

    [Fact]
    public void A_missing_namespace_is_not_found_even_for_an_invalid_object()
    {
        var invalid = Role("x", new PolicyRule()) with { Metadata = Meta("x", "nope") };
        ExpectFailure(RbacWrite.Create(_admin, invalid), 404, "NotFound", "namespaces \"nope\" not found");
        var status = ExpectFailure(RbacWrite.Update(_admin, invalid), 404, "NotFound", "namespaces \"nope\" not found");
        Assert.Equal(new StatusDetails { Name = "nope", Kind = "namespaces" }, status.Details);
    }

    [Fact]
    public void A_policy_that_declares_no_namespace_has_all() =>
        Assert.True(new RbacWriteHandler(PolicySet.Empty).Handle(RbacWrite.Create(_admin, Role("x"))).IsSuccess);

    [Fact]
    public void Nothing_is_created_in_a_namespace_that_goes_away()
    {
        var role = Role("x") with { Metadata = Meta("x", "going") };
        const string Message = "roles.rbac.authorization.k8s.io \"x\" is forbidden: "
            + "unable to create new content in namespace going because it is being terminated";
        var status = ExpectFailure(RbacWrite.Create(_admin, role), 403, "Forbidden", Message);
        Assert.Equal(
            [new StatusCause("NamespaceTerminating", "namespace going is being terminated", "metadata.namespace")],
            status.Details!.Causes);
        ExpectFailure(RbacWrite.Update(_admin, role), 403, "Forbidden", Message);

        var handler = new RbacWriteHandler(_policy with { Roles = [role] });
        Assert.Equal(200, handler.Handle(RbacWrite.Update(_admin, role)).Code);
    }

    [Fact]
    public void An_existing_name_is_told_last()
    {
        ExpectFailure(
            RbacWrite.Create(_admin, Role("r")), 409, "AlreadyExists", "roles.rbac.authorization.k8s.io \"r\" already exists");
        ExpectFailure(
            RbacWrite.Create(_admin, Role("r", new PolicyRule { Verbs = ["get"], ApiGroups = [""] })), 422, "Invalid",
            "Role.rbac.authorization.k8s.io \"r\" is invalid: "
            + "rules[0].resources: Required value: resource rules must supply at least one resource");
    }

    [Fact]
    public void An_unknown_kind_of_role_is_a_500_for_whoever_may_not_do_everything()
    {
        var binding = new RoleBinding { Metadata = Meta("b"), RoleRef = new RoleRef { Kind = "X", Name = "x" } };
        var status = new RbacWriteHandler(Granting("create", "rolebindings")).Handle(RbacWrite.Create(_writer, binding)).Status!;
        Assert.Equal(
            """{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"unsupported role reference kind: \"X\"","code":500}""",
            status.ToJson());
        Assert.Equal(422, Handle(RbacWrite.Create(_admin, binding)).Code);
    }

    [Fact]
    public void A_role_that_cannot_be_looked_up_is_a_400()
    {
        var binding = new RoleBinding { Metadata = Meta("b"), RoleRef = RoleRef.Role("a/b") };
        var result = new RbacWriteHandler(Granting("create", "rolebindings")).Handle(RbacWrite.Create(_writer, binding));
        Assert.Equal(ApiStatuses.BadRequest("Name parameter invalid: \"a/b\": may not contain '/'"), result.Status);
    }

    [Fact]
    public void An_update_of_a_missing_object_creates_it_after_a_second_authorization()
    {
        Assert.Equal(201, Handle(RbacWrite.Update(_admin, Role("new"))).Code);
        ExpectFailure(
            RbacWrite.Update(_writer, Role("new", Get("pods"))), 403, "Forbidden",
            "roles.rbac.authorization.k8s.io \"new\" is forbidden: User \"writer\" cannot create resource \"roles\" "
            + "in API group \"rbac.authorization.k8s.io\" in the namespace \"ns\"");
        Assert.Equal(422, Handle(RbacWrite.Update(_writer, Role("new", new PolicyRule()))).Code);
    }

    [Fact]
    public void An_update_keeps_what_the_server_owns()
    {
        var result = Handle(RbacWrite.Update(_writer, Role("r", Get("secrets"))));
        Assert.Equal(200, result.Code);
        Assert.Equal(
            ("uid-1", "7", "2026-01-01T00:00:00Z"),
            (result.Object!.Metadata.Uid, result.Object.Metadata.ResourceVersion, result.Object.Metadata.CreationTimestamp));
        Assert.Equal(200, Handle(RbacWrite.Update(_writer, Role("bare") with { Metadata = Meta("bare") with { Uid = "x" } })).Code);
    }

    [Fact]
    public void A_stale_resource_version_is_a_conflict() => ExpectFailure(
        RbacWrite.Update(_writer, Role("r") with { Metadata = Meta("r") with { ResourceVersion = "6" } }), 409, "Conflict",
        "Operation cannot be fulfilled on roles.rbac.authorization.k8s.io \"r\": "
        + "the object has been modified; please apply your changes to the latest version and try again");

    [Fact]
    public void Another_uid_is_a_conflict()
    {
        ExpectFailure(
            RbacWrite.Update(_writer, Role("r") with { Metadata = Meta("r") with { Uid = "x" } }), 409, "Conflict",
            "Operation cannot be fulfilled on roles.rbac.authorization.k8s.io \"r\": StorageError: invalid object, Code: 4, "
            + "Key: /registry/roles/ns/r, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: "
            + "UID in precondition: x, UID in object meta: uid-1");
        Assert.Equal(409, Handle(RbacWrite.Update(_admin, Role("gone") with { Metadata = Meta("gone") with { Uid = "x" } })).Code);
    }

    [Fact]
    public void Findings_that_repeat_are_said_once_and_listed_each_time()
    {
        var role = Role("r") with { Metadata = Meta("r") with { Labels = ObjectMeta.NoEntries.Add("/a", "") } };
        var status = ExpectFailure(
            RbacWrite.Update(_admin, role), 422, "Invalid",
            "Role.rbac.authorization.k8s.io \"r\" is invalid: metadata.labels: Invalid value: \"/a\": prefix part must be non-empty");
        Assert.Equal(4, status.Details!.Causes.Length);
    }

    [Fact]
    public void An_authorizer_that_fails_is_a_500()
    {
        var handler = new RbacWriteHandler(_policy, new Failing());
        Assert.Equal(
            """{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Internal error occurred: no answer","reason":"InternalError","details":{"causes":[{"message":"no answer"}]},"code":500}""",
            handler.Handle(RbacWrite.Create(_admin, Role("x"))).Status!.ToJson());
    }

    [Fact]
    public void A_write_fits_its_endpoint()
    {
        Assert.Throws<ArgumentException>(() => RbacWrite.Create(_admin, Role("x") with { Metadata = Meta("x", "") }));
        Assert.Throws<ArgumentException>(() => RbacWrite.Create(_admin, new ClusterRole(), "ns"));
        Assert.Throws<ArgumentException>(() => RbacWrite.Update(_admin, new ClusterRole()));
    }

    private static RbacWriteResult Handle(RbacWrite write) => new RbacWriteHandler(_policy).Handle(write);

    private static ApiStatus ExpectFailure(RbacWrite write, int code, string reason, string message)
    {
        var result = Handle(write);
        Assert.False(result.IsSuccess);
        Assert.Equal((code, code, reason, message), (result.Code, result.Status.Code, result.Status.Reason, result.Status.Message));
        return result.Status;
    }

    private static ObjectMeta Meta(string name, string @namespace = "ns") => new() { Name = name, Namespace = @namespace };

    private static Role Role(string name, params ImmutableArray<PolicyRule> rules) => new() { Metadata = Meta(name), Rules = rules };

    private static PolicyRule Get(string resource) => new() { Verbs = ["get"], ApiGroups = [""], Resources = [resource] };

    private static PolicySet Granting(string verb, string resource) => _policy with
    {
        ClusterRoles =
        [
            new ClusterRole
            {
                Metadata = new ObjectMeta { Name = "updater" },
                Rules = [new PolicyRule { Verbs = [verb], ApiGroups = [RbacNames.Group], Resources = [resource] }],
            },
        ],
    };

    private sealed class Failing : IAuthorizer
    {
        public AuthorizationResult Authorize(in RequestAttributes attributes) =>
            new(Decision.NoOpinion, evaluationError: "no answer");
    }
}
