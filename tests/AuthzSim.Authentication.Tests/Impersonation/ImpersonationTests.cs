using AuthzSim.Authentication.Impersonation;
using AuthzSim.Authentication.Tests.Chain;
using AuthzSim.Authorization;
using AuthzSim.Requests;
using FsCheck.Xunit;

namespace AuthzSim.Authentication.Tests.Impersonation;

/// <summary>Who may be whom: the questions asked, in order, and what comes of the answers.</summary>
public sealed class ImpersonationTests
{
    private const string Requestor = "system:serviceaccount:ns:agent";

    private static readonly RequestAttributes _request = RequestAttributes.ForResource(
        new UserInfo { Name = Requestor, Extra = UserInfo.NoExtra.Add("authentication.kubernetes.io/node-name", ["n1"]).Add("z", ["1"]) },
        "list", "pods", @namespace: "shop");

    [Fact]
    public void A_user_is_asked_for_on_the_request_first_and_then_part_by_part()
    {
        var log = new Recorder(_ => true);
        var wanted = new UserInfo { Name = "bob", Uid = "7", Groups = ["g"], Extra = UserInfo.NoExtra.Add("a.io/k", ["v"]) };
        var result = new ImpersonationHandler(log).Impersonate(_request, wanted);
        Assert.Equal(
            [
                "impersonate-on:user-info:list /pods/ shop ",
                "impersonate:user-info authentication.k8s.io/users/  bob",
                "impersonate:user-info authentication.k8s.io/uids/  7",
                "impersonate:user-info authentication.k8s.io/groups/  g",
                "impersonate:user-info authentication.k8s.io/userextras/a.io/k  v",
            ],
            log.Asked);
        Assert.Equal(wanted with { Groups = ["g", "system:authenticated"] }, result.User);
        Assert.Equal("impersonate:user-info", result.Constraint);
    }

    [Fact]
    public void The_node_a_pod_runs_on_is_asked_for_as_any_node_by_a_requestor_without_its_extra()
    {
        var log = new Recorder(_ => true);
        var result = new ImpersonationHandler(log).Impersonate(_request, new UserInfo { Name = "system:node:n1" });
        Assert.Equal(["impersonate-on:associated-node:list /pods/ shop ", "impersonate:associated-node authentication.k8s.io/nodes/  *"], log.Asked);
        Assert.All(log.Users, u => Assert.Equal(
            ["authentication.kubernetes.io/node-name", "z"], u.Extra["authentication.kubernetes.io/associated-node-keys"]));
        Assert.Equal(UserInfo.Of("system:node:n1", "system:nodes", "system:authenticated"), result.User);
    }

    [Fact]
    public void Another_node_is_asked_for_by_name_and_with_groups_only_the_legacy_way()
    {
        var log = new Recorder(_ => true);
        var handler = new ImpersonationHandler(log);
        Assert.Equal(
            ImpersonationMode.ArbitraryNode, handler.Impersonate(_request, new UserInfo { Name = "system:node:n2" }).Mode);
        Assert.Equal("impersonate:arbitrary-node authentication.k8s.io/nodes/  n2", log.Asked[^1]);
        var legacy = handler.Impersonate(_request, UserInfo.Of("system:node:n2", "g"));
        Assert.Equal((ImpersonationMode.Legacy, ""), (legacy.Mode, legacy.Constraint));
        Assert.Equal(["impersonate /users/  system:node:n2", "impersonate /groups/  g"], log.Asked[^2..]);
    }

    [Fact]
    public void A_service_account_gets_its_groups_and_given_groups_leave_only_those()
    {
        var handler = new ImpersonationHandler(new Recorder(_ => true));
        var alone = handler.Impersonate(_request, new UserInfo { Name = "system:serviceaccount:a:b" });
        Assert.Equal(ImpersonationMode.ServiceAccount, alone.Mode);
        Assert.Equal(["system:serviceaccounts", "system:serviceaccounts:a", "system:authenticated"], alone.User!.Groups);
        var grouped = handler.Impersonate(_request, UserInfo.Of("system:serviceaccount:a:b", "g"));
        Assert.Equal(
            (ImpersonationMode.Legacy, "g,system:authenticated"), (grouped.Mode!.Value, string.Join(',', grouped.User!.Groups)));
    }

    [Theory]
    [InlineData("bob", new[] { "system:authenticated" }, new[] { "system:authenticated" })]
    [InlineData("bob", new[] { "system:unauthenticated" }, new[] { "system:unauthenticated" })]
    [InlineData("system:anonymous", new string[0], new[] { "system:unauthenticated" })]
    [InlineData("system:anonymous", new[] { "system:authenticated" }, new[] { "system:authenticated", "system:unauthenticated" })]
    public void Everybody_is_either_authenticated_or_not(string name, string[] groups, string[] expected)
    {
        foreach (IImpersonationHandler handler in new IImpersonationHandler[] { new ImpersonationHandler(new Recorder(_ => true)), new LegacyImpersonationHandler(new Recorder(_ => true)) })
        {
            Assert.Equal(expected, handler.Impersonate(_request, UserInfo.Of(name, groups)).User!.Groups);
        }
    }

    [Fact]
    public void Of_several_refusals_the_first_is_the_answer_and_the_remembered_mode_comes_first()
    {
        var isOpen = true;
        var handler = new ImpersonationHandler(new Recorder(a => isOpen && a.Verb == "impersonate"));
        const string Fresh = "pods is forbidden: User \"system:serviceaccount:ns:agent\" cannot impersonate-on:user-info:list resource \"pods\" in API group \"\" in the namespace \"shop\": no";
        Assert.Equal(ImpersonationMode.Legacy, handler.Impersonate(_request, UserInfo.Of("bob")).Mode);
        isOpen = false;
        Assert.Equal(
            "users \"bob\" is forbidden: User \"system:serviceaccount:ns:agent\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope: no",
            handler.Impersonate(_request, UserInfo.Of("bob")).Failure!.Message);
        Assert.Equal(
            Fresh, new ImpersonationHandler(new Recorder(_ => false)).Impersonate(_request, UserInfo.Of("bob")).Failure!.Message);
    }

    [Theory]
    [InlineData(4, 3)]
    [InlineData(3, 5)]
    public void Many_groups_are_first_asked_for_all_at_once(int count, int questions)
    {
        var log = new Recorder(_ => true);
        new ImpersonationHandler(log).Impersonate(
            _request, UserInfo.Of("bob", [.. Enumerable.Range(0, count).Select(i => $"g{i}")]));
        Assert.Equal(questions, log.Asked.Count);
    }

    [Theory]
    [InlineData("groups", "", "impersonating the empty string group is not allowed")]
    [InlineData("groups", "system:masters", "impersonating the system:masters group is not allowed")]
    [InlineData("", "v", "impersonating the empty string key in extra is not allowed")]
    [InlineData("scopes", "v", "impersonating an invalid key in extra is not allowed: extra.key: Invalid value: \"scopes\": must be a domain-prefixed path (such as \"acme.io/foo\")")]
    [InlineData("a.io/K", "v", "impersonating a non-lowercase key in extra is not allowed: \"a.io/K\"")]
    [InlineData("a.io/k", "", "impersonating the empty string value in extra is not allowed")]
    public void Some_wishes_only_the_legacy_mode_can_grant(string what, string value, string reason)
    {
        var wanted = what == "groups"
            ? UserInfo.Of("bob", value)
            : new UserInfo { Name = "bob", Extra = UserInfo.NoExtra.Add(what, [value]) };
        var refused = new ImpersonationHandler(new Recorder(a => a.Verb != "impersonate")).Impersonate(_request, wanted).Failure!;
        Assert.EndsWith(reason, refused.Message, StringComparison.Ordinal);
        Assert.Equal(
            ImpersonationMode.Legacy, new ImpersonationHandler(new Recorder(_ => true)).Impersonate(_request, wanted).Mode);
    }

    [Fact]
    public void The_legacy_handler_asks_in_its_own_order_and_minds_errors()
    {
        var log = new Recorder(_ => true);
        var wanted = new UserInfo { Name = "bob", Uid = "7", Groups = ["g"], Extra = UserInfo.NoExtra.Add("k", ["v"]) };
        Assert.NotNull(new LegacyImpersonationHandler(log).Impersonate(_request, wanted).User);
        Assert.Equal(
            ["impersonate /users/  bob", "impersonate /groups/  g", "impersonate authentication.k8s.io/userextras/k  v", "impersonate authentication.k8s.io/uids/  7"],
            log.Asked);
        var failing = new Recorder(_ => true) { Error = "e" };
        Assert.Equal(403, new LegacyImpersonationHandler(failing).Impersonate(_request, wanted).Failure!.Code);
        Assert.NotNull(new ImpersonationHandler(failing).Impersonate(_request, wanted).User);
    }

    [Fact]
    public void Parts_without_a_name_are_a_bad_request_in_either_servers_words()
    {
        var headers = Sent.With(("Impersonate-User", ""), ("impersonate-group", "g"), ("Impersonate-Extra-A%2fb", "v"), ("Impersonate-Uid", "7")).Headers;
        var (now, before) =
            (new ImpersonationHandler(new Recorder(_ => true)), new LegacyImpersonationHandler(new Recorder(_ => true)));
        Assert.Equal(
            "requested &user.DefaultInfo{Name:\"\", UID:\"7\", Groups:[]string{\"g\"}, Extra:map[string][]string{\"a/b\":[]string{\"v\"}}} without impersonating a user name",
            now.Handle(_request, headers).Failure!.Message);
        Assert.Equal(
            "requested [{Group  g    } {UserExtra  v  authentication.k8s.io/v1  a/b} {UID  7  authentication.k8s.io/v1  }] without impersonating a user",
            before.Handle(_request, headers).Failure!.Message);
    }

    [Fact]
    public void The_headers_acted_on_are_removed_and_others_stay()
    {
        var headers = Sent.With(("impersonate-user", "bob"), ("Impersonate-Extra-x", "1"), ("Impersonate-Group", ""), ("Kept", "k")).Headers;
        var result = new ImpersonationHandler(new Recorder(_ => true)).Handle(_request, headers);
        Assert.Equal([new("Kept", "k")], result.Headers.Fields);
        Assert.Equal(["", "system:authenticated"], result.User!.Groups);
        var untouched = new ImpersonationHandler(new Recorder(_ => false)).Handle(_request, Sent.With(("Kept", "k")).Headers);
        Assert.Equal(Requestor, untouched.User!.Name);
    }

    [Property]
    public void Whatever_the_headers_nobody_is_impersonated_whom_nobody_may(string[] names, string[] values)
    {
        string[] known = ["Impersonate-User", "Impersonate-Group", "Impersonate-Uid", "Impersonate-Extra-"];
        var headers = names.Zip(
            values, (n, v) => KeyValuePair.Create(known[(n ?? "").Length % 4] + ((n ?? "").Length % 4 == 3 ? n : ""), v ?? ""));
        var result = new ImpersonationHandler(new Recorder(_ => false)).Handle(_request, new RequestHeaders(headers));
        Assert.True(
            result.User is null ? result.Failure!.Code is 400 or 403 : result.User.Name == Requestor && result.Mode is null);
    }

    private sealed class Recorder(Func<RequestAttributes, bool> allows) : IAuthorizer
    {
        public List<string> Asked { get; } = [];

        public List<UserInfo> Users { get; } = [];

        public string? Error { get; init; }

        public AuthorizationResult Authorize(in RequestAttributes attributes)
        {
            var a = attributes;
            Asked.Add($"{a.Verb} {a.ApiGroup}/{a.Resource}/{a.Subresource} {a.Namespace} {a.Name}");
            Users.Add(a.User);
            return new AuthorizationResult(allows(a) ? Decision.Allow : Decision.NoOpinion, allows(a) ? "" : "no", Error);
        }
    }
}
