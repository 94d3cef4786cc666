using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AuthzSim.Server.Serving;

namespace AuthzSim.Server.Tests.Clients;

/// <summary>A session of the real kubectl, as an administrator who comes in with a client certificate.</summary>
public sealed class KubectlTests
{
    /// <summary>Older ones ask /openapi/v2 for what they validate against, and do not know <c>auth whoami</c>.</summary>
    private const int FirstToReadOpenApi3 = 27;

    private const string Role = """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: reader, namespace: default}
        rules:
        - apiGroups: [""]
          resources: [pods]
          verbs: [get]
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session()
    {
        Assert.SkipWhen(FindKubectl() is null, "there is no kubectl on the PATH");
        var folder = Directory.CreateTempSubdirectory("authzsim-kubectl-");
        using var authority = SelfSignedAuthority.Open(Path.Combine(folder.FullName, "tls"), TimeProvider.System);
        using var certificate = authority.ServerCertificate(System.Net.IPAddress.Loopback);
        await using var server = await RunningServer.StartAsync(
            configure: o => o with { Certificate = certificate.Certificate },
            apiServer: flags => flags with { ClientCaFile = authority.CertificateFile });
        var kubeconfig = Path.Combine(folder.FullName, "admin.conf");
        KubeconfigFile.Write(kubeconfig, server.Address, authority.CertificatePem, authority.ClientCertificate("jane-admin", "system:masters"));
        var manifest = Path.Combine(folder.FullName, "role.yaml");
        await File.WriteAllTextAsync(manifest, Role, Cancel);
        try
        {
            var isOld = await MinorVersion() < FirstToReadOpenApi3;
            string[] apply = isOld ? ["apply", "--validate=false"] : ["apply"];
            if (!isOld)
            {
                await Expect("jane-admin", "auth", "whoami");
            }

            await Expect("yes", "auth", "can-i", "delete", "nodes");
            await Expect("*.*", "auth", "can-i", "--list");
            await Expect("cluster-admin", "get", "clusterroles");
            await Expect("clusterrolebinding.rbac.authorization.k8s.io/look created", "create", "clusterrolebinding", "look", "--clusterrole=view", "--user=bob");
            await Expect("ClusterRole/view", "get", "clusterrolebindings", "look", "-o", "wide");
            await Expect("yes", "auth", "can-i", "list", "pods", "--as", "bob");
            await Expect("role.rbac.authorization.k8s.io/reader created", [.. apply, "-f", manifest]);
            await File.WriteAllTextAsync(manifest, Role.Replace("[get]", "[get, list]", StringComparison.Ordinal), Cancel);
            await Expect("role.rbac.authorization.k8s.io/reader configured", [.. apply, "-f", manifest]);
            await Expect("role.rbac.authorization.k8s.io/reader unchanged", [.. apply, "-f", manifest]);
            await Expect("role.rbac.authorization.k8s.io/reader serverside-applied", [.. apply, "--server-side", "--force-conflicts", "-f", manifest]);
            await Expect("[get list]", "describe", "role", "reader");
            await Expect("role.rbac.authorization.k8s.io/reader reconciled", "auth", "reconcile", "-f", manifest);
            await Expect("role.rbac.authorization.k8s.io/reader labeled", "label", "role", "reader", "team=a");
            await Expect("reader", "get", "roles", "-l", "team=a");
            await Expect("role.rbac.authorization.k8s.io \"reader\" deleted", "delete", "role", "reader");
            await Expect("clusterrolebinding.rbac.authorization.k8s.io \"look\" deleted", "delete", "clusterrolebinding", "look");
            await Expect("namespace/shop created", "create", "namespace", "shop");
            await Expect("serviceaccount/robot created", "create", "serviceaccount", "robot", "-n", "shop");
            await Expect("namespace \"shop\" deleted", "delete", "namespace", "shop");
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        async Task<int> MinorVersion()
        {
            using var version = JsonDocument.Parse(await Run(["version", "--client", "-o", "json"]));
            return int.Parse(version.RootElement.GetProperty("clientVersion").GetProperty("minor").GetString()!.TrimEnd('+'), CultureInfo.InvariantCulture);
        }

        async Task Expect(string text, params string[] arguments)
        {
            var output = await Run(arguments);
            Assert.True(output.Contains(text, StringComparison.Ordinal), $"kubectl {string.Join(' ', arguments)}\n{output}");
        }

        async Task<string> Run(string[] arguments)
        {
            var start = new ProcessStartInfo(FindKubectl()!, ["--kubeconfig", kubeconfig, "--cache-dir", folder.FullName, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync(Cancel);
            var output = await process.StandardOutput.ReadToEndAsync(Cancel);
            await process.WaitForExitAsync(Cancel);
            Assert.True(process.ExitCode == 0, $"kubectl {string.Join(' ', arguments)}\n{output}{await error}");
            return output;
        }
    }

    private static string? FindKubectl() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "kubectl.exe" : "kubectl")).FirstOrDefault(File.Exists);
}
