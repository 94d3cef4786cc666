using System.Security.Cryptography;
using System.Text;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Tests.Generation;

/// <summary>Objects and requests as lines of text that leave nothing out, for hashes.</summary>
internal static class FleetText
{
    public static string Hash(IEnumerable<string> lines) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))))[..16];

    public static string Line(RbacObject o) => $"{o.Kind} {o.Metadata.Namespace}/{o.Metadata.Name} " + o switch
    {
        RbacRole role => string.Join(" ", role.Rules.Select(Rule)),
        RbacBinding b => $"{b.RoleRef.ApiGroup}/{b.RoleRef.Kind}/{b.RoleRef.Name} "
            + string.Join(" ", b.Subjects.Select(s => $"{s.ApiGroup}/{s.Kind}/{s.Namespace}/{s.Name}")),
        _ => throw new InvalidOperationException(o.Kind),
    };

    public static string Line(RequestAttributes r) =>
        $"{r.User.Name} {List(r.User.Groups)} {r.Verb} {r.ApiGroup} {r.Resource} {r.Subresource} {r.Namespace} {r.Name} {r.Path} {r.IsResourceRequest}";

    private static string Rule(PolicyRule r) =>
        $"{List(r.Verbs)}{List(r.ApiGroups)}{List(r.Resources)}{List(r.ResourceNames)}{List(r.NonResourceUrls)}";

    private static string List(IEnumerable<string> list) => "[" + string.Join(",", list) + "]";
}
