using System.Text;
using AuthzSim.Authentication.Configuration;
using FsCheck.Xunit;

namespace AuthzSim.Authentication.Tests.Configuration;

public sealed class ApiServerManifestTests
{
    [Theory]
    [InlineData("kube-apiserver --client-ca-file=ca.crt --etcd-servers=x --anonymous-auth")]
    [InlineData("/usr/local/bin/kube-apiserver \\\n  --client-ca-file 'ca.crt' \\\r\n  --v 2 --anonymous-auth=true\n")]
    [InlineData("--client_ca_file=\"ca.crt\" --anonymous-auth=true")]
    [InlineData("spec:\n  containers:\n  - command: [sidecar, --client-ca-file=other]\n  - command: [kube-apiserver, --client-ca-file=ca.crt]\n    args: [--anonymous-auth]\n")]
    [InlineData("{\"spec\":{\"containers\":[{\"name\":\"kube-apiserver\",\"args\":[\"--client-ca-file\",\"ca.crt\",\"--anonymous-auth\"]}]}}")]
    public void Flags_of_authentication_are_found(string text)
    {
        var flags = ApiServerManifest.Read(Encoding.UTF8.GetBytes(text));
        Assert.Equal(["client-ca-file=ca.crt", "anonymous-auth=true"], flags.Select(f => $"{f.Key}={f.Value}"));
    }

    [Theory]
    [InlineData("kube-apiserver --client-ca-file", "flag needs an argument: --client-ca-file")]
    [InlineData("kind: Pod", "neither a pod with a container that runs kube-apiserver nor a text that begins with kube-apiserver or --")]
    [InlineData("", "neither a pod with a container that runs kube-apiserver nor a text that begins with kube-apiserver or --")]
    [InlineData("[1, 2", "yaml: line 2: ")]
    public void What_starts_no_server_is_refused(string text, string error) => Assert.StartsWith(
        error,
        Assert.Throws<AuthenticationConfigurationException>(() => ApiServerManifest.Read(Encoding.UTF8.GetBytes(text))).Message,
        StringComparison.Ordinal);

    [Property(MaxTest = 1000)]
    public void No_text_throws_anything_but_a_refusal(byte[] picks)
    {
        const string Alphabet = "-= '\"\\\n:[]{}ak,";
        var text = string.Concat(picks.Select(p => Alphabet[p % Alphabet.Length]));
        Assert.True(Record.Exception(() => ApiServerManifest.Read(Encoding.UTF8.GetBytes(text))) is null or AuthenticationConfigurationException, text);
    }
}
