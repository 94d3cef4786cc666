using System.Net;
using AuthzSim.Server.Serving;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace AuthzSim.Server.Tests.Clients;

/// <summary>A session of the official client library for C#, which comes in with the kubeconfig that the server writes.</summary>
public sealed class KubernetesClientTests
{
    private const string Namespace = "shop";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session()
    {
        var folder = Directory.CreateTempSubdirectory("authzsim-client-");
        using var authority = SelfSignedAuthority.Open(Path.Combine(folder.FullName, "tls"), TimeProvider.System);
        using var certificate = authority.ServerCertificate(IPAddress.Loopback);
        await using var server = await RunningServer.StartAsync(
            configure: o => o with { Certificate = certificate.Certificate },
            apiServer: flags => flags with { ClientCaFile = authority.CertificateFile });
        var kubeconfig = Path.Combine(folder.FullName, "admin.conf");
        KubeconfigFile.Write(kubeconfig, server.Address, authority.CertificatePem, authority.ClientCertificate("authzsim-admin", "system:masters"));
        try
        {
            using var client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
            await Create(client);
            await ChangeAsAWatchSees(client);
            await Decide(client);
            await Conflict(client);
            await Delete(client);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task Create(Kubernetes client)
    {
        var made = await client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = Namespace } }, cancellationToken: Cancel);
        Assert.Equal("Active", made.Status.Phase);
        var account = await client.CoreV1.CreateNamespacedServiceAccountAsync(
            new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "robot" } }, Namespace, cancellationToken: Cancel);
        Assert.Equal((Namespace, "robot"), (account.Namespace(), account.Name()));

        var role = await client.RbacAuthorizationV1.CreateNamespacedRoleAsync(Role("reader", "get"), Namespace, cancellationToken: Cancel);
        Assert.NotEmpty(role.Uid());
        Assert.NotEmpty(role.ResourceVersion());
        Assert.NotNull(role.CreationTimestamp());
        var again = await Refused(() => client.RbacAuthorizationV1.CreateNamespacedRoleAsync(Role("reader", "get"), Namespace, cancellationToken: Cancel));
        Assert.Equal((HttpStatusCode.Conflict, "AlreadyExists"), again);

        var binding = await client.RbacAuthorizationV1.CreateNamespacedRoleBindingAsync(
            new V1RoleBinding
            {
                Metadata = new V1ObjectMeta { Name = "robot-reads" },
                RoleRef = new V1RoleRef { ApiGroup = V1Role.KubeGroup, Kind = V1Role.KubeKind, Name = "reader" },
                Subjects = [new Rbacv1Subject { Kind = V1ServiceAccount.KubeKind, Name = "robot", NamespaceProperty = Namespace }],
            },
            Namespace, cancellationToken: Cancel);
        Assert.Equal("reader", binding.RoleRef.Name);

        var accounts = await client.CoreV1.ListNamespacedServiceAccountAsync(Namespace, cancellationToken: Cancel);
        Assert.Equal(["default", "robot"], accounts.Items.Select(a => a.Name()));
        Assert.Contains(Namespace, (await client.CoreV1.ListNamespaceAsync(cancellationToken: Cancel)).Items.Select(n => n.Name()));
        Assert.Equal(["robot-reads"], (await client.RbacAuthorizationV1.ListNamespacedRoleBindingAsync(Namespace, cancellationToken: Cancel)).Items.Select(b => b.Name()));
    }

    /// <summary>Each way of changing an object is seen by the watch, in order, as it was answered.</summary>
    private static async Task ChangeAsAWatchSees(Kubernetes client)
    {
        var rbac = client.RbacAuthorizationV1;
        var list = await rbac.ListNamespacedRoleAsync(Namespace, cancellationToken: Cancel);
        Assert.Equal(["reader"], list.Items.Select(r => r.Name()));
        await using var watch = rbac.WatchListNamespacedRoleAsync(Namespace, resourceVersion: list.ResourceVersion(), cancellationToken: Cancel)
            .GetAsyncEnumerator(Cancel);
        List<(WatchEventType, V1Role)> expected =
        [
            (WatchEventType.Added, await rbac.CreateNamespacedRoleAsync(Role("changing", "get"), Namespace, cancellationToken: Cancel)),
            (WatchEventType.Modified, await Patch("""{"metadata":{"labels":{"by":"merge"}}}""", V1Patch.PatchType.MergePatch)),
            (WatchEventType.Modified, await Patch("""{"metadata":{"annotations":{"by":"strategic"}}}""", V1Patch.PatchType.StrategicMergePatch)),
            (WatchEventType.Modified, await Patch("""[{"op":"add","path":"/rules/0/verbs/-","value":"list"}]""", V1Patch.PatchType.JsonPatch)),
            (WatchEventType.Modified, await Apply()),
        ];
        var last = expected[^1].Item2;
        Assert.Equal("merge", last.Labels()["by"]);
        Assert.Equal("strategic", last.Annotations()["by"]);
        Assert.Equal("server-side apply", last.Annotations()["applied"]);
        Assert.Equal(["get", "list"], last.Rules.Single().Verbs);
        Assert.Contains(last.Metadata.ManagedFields, f => f is { Manager: "tests", Operation: "Apply" });
        await rbac.DeleteNamespacedRoleAsync("changing", Namespace, cancellationToken: Cancel);

        foreach (var (type, role) in expected)
        {
            var (seenType, seen) = await NextAsync();
            Assert.Equal((type, role.Name(), role.ResourceVersion()), (seenType, seen.Name(), seen.ResourceVersion()));
            Assert.Equal(KubernetesJson.Serialize(role), KubernetesJson.Serialize(seen));
        }

        var (deletion, gone) = await NextAsync();
        Assert.Equal((WatchEventType.Deleted, "changing"), (deletion, gone.Name()));
        Assert.Equal(["reader"], (await rbac.ListNamespacedRoleAsync(Namespace, cancellationToken: Cancel)).Items.Select(r => r.Name()));

        Task<V1Role> Patch(string body, V1Patch.PatchType type) =>
            rbac.PatchNamespacedRoleAsync(new V1Patch(body, type), "changing", Namespace, cancellationToken: Cancel);

        Task<V1Role> Apply() => rbac.PatchNamespacedRoleAsync(
            new V1Patch(
                """{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"changing","annotations":{"applied":"server-side apply"}}}""",
                V1Patch.PatchType.ApplyPatch),
            "changing", Namespace, fieldManager: "tests", cancellationToken: Cancel);

        async Task<(WatchEventType Type, V1Role Role)> NextAsync()
        {
            Assert.True(await watch.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1), Cancel));
            return watch.Current;
        }
    }

    private static async Task Decide(Kubernetes client)
    {
        var own = await client.AuthorizationV1.CreateSelfSubjectAccessReviewAsync(
            new V1SelfSubjectAccessReview { Spec = new V1SelfSubjectAccessReviewSpec { ResourceAttributes = Get("secrets") } }, cancellationToken: Cancel);
        Assert.True(own.Status.Allowed);
        foreach (var (resource, isAllowed) in ((string, bool)[])[("pods", true), ("secrets", false)])
        {
            var review = await client.AuthorizationV1.CreateSubjectAccessReviewAsync(
                new V1SubjectAccessReview
                {
                    Spec = new V1SubjectAccessReviewSpec { User = $"system:serviceaccount:{Namespace}:robot", ResourceAttributes = Get(resource) },
                },
                cancellationToken: Cancel);
            Assert.Equal(isAllowed, review.Status.Allowed);
            Assert.Equal(isAllowed ? "RBAC: allowed by RoleBinding \"robot-reads/shop\" of Role \"reader\" to ServiceAccount \"robot/shop\"" : null, review.Status.Reason);
        }

        static V1ResourceAttributes Get(string resource) => new() { Verb = "get", Resource = resource, NamespaceProperty = Namespace };
    }

    private static async Task Conflict(Kubernetes client)
    {
        var rbac = client.RbacAuthorizationV1;
        var stale = await rbac.ReadNamespacedRoleAsync("reader", Namespace, cancellationToken: Cancel);
        var changed = await rbac.ReadNamespacedRoleAsync("reader", Namespace, cancellationToken: Cancel);
        changed.Rules[0].Verbs = ["get", "watch"];
        var written = await rbac.ReplaceNamespacedRoleAsync(changed, "reader", Namespace, cancellationToken: Cancel);
        Assert.NotEqual(stale.ResourceVersion(), written.ResourceVersion());

        stale.Rules[0].Verbs = ["*"];
        Assert.Equal(
            (HttpStatusCode.Conflict, "Conflict"),
            await Refused(() => rbac.ReplaceNamespacedRoleAsync(stale, "reader", Namespace, cancellationToken: Cancel)));
        Assert.Equal(["get", "watch"], (await rbac.ReadNamespacedRoleAsync("reader", Namespace, cancellationToken: Cancel)).Rules[0].Verbs);
    }

    private static async Task Delete(Kubernetes client)
    {
        var rbac = client.RbacAuthorizationV1;
        Assert.Equal("Success", (await rbac.DeleteNamespacedRoleBindingAsync("robot-reads", Namespace, cancellationToken: Cancel)).Status);
        Assert.Equal("Success", (await rbac.DeleteNamespacedRoleAsync("reader", Namespace, cancellationToken: Cancel)).Status);
        Assert.Equal((HttpStatusCode.NotFound, "NotFound"), await Refused(() => rbac.ReadNamespacedRoleAsync("reader", Namespace, cancellationToken: Cancel)));
        Assert.Equal("robot", (await client.CoreV1.DeleteNamespacedServiceAccountAsync("robot", Namespace, cancellationToken: Cancel)).Name());
        await client.CoreV1.DeleteNamespaceAsync(Namespace, cancellationToken: Cancel);
        Assert.DoesNotContain(Namespace, (await client.CoreV1.ListNamespaceAsync(cancellationToken: Cancel)).Items.Select(n => n.Name()));
    }

    private static async Task<(HttpStatusCode Code, string Reason)> Refused(Func<Task> send)
    {
        var refusal = await Assert.ThrowsAsync<HttpOperationException>(send);
        return (refusal.Response.StatusCode, KubernetesJson.Deserialize<V1Status>(refusal.Response.Content).Reason);
    }

    private static V1Role Role(string name, params string[] verbs) => new()
    {
        Metadata = new V1ObjectMeta { Name = name },
        Rules = [new V1PolicyRule { ApiGroups = [""], Resources = ["pods"], Verbs = verbs }],
    };
}
