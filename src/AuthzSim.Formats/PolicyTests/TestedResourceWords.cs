using AuthzSim.Discovery;
using AuthzSim.Formats.Manifests;
using AuthzSim.PolicyTests;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.PolicyTests;

/// <summary>Turns words such as <c>pods/log</c>, <c>deploy</c>, <c>orders.shop.example.com</c> and <c>*.apps</c> into resources.</summary>
internal sealed class TestedResourceWords(RestMapper mapper)
{
    /// <summary>Types that only authorizers know: to impersonate, and to approve certificates.</summary>
    private static readonly (string Group, string Resource)[] _virtual =
    [
        ("", "users"), ("", "groups"), ("authentication.k8s.io", "uids"), ("authentication.k8s.io", "userextras"),
        ("certificates.k8s.io", "signers"),
    ];

    private readonly Dictionary<string, ResourceWord> _known = new(StringComparer.Ordinal);

    public ResourceWord Resolve(string word)
    {
        if (!_known.TryGetValue(word, out var result))
        {
            _known.Add(word, result = Find(word));
        }

        return result;
    }

    private ResourceWord Find(string word)
    {
        var slash = word.IndexOf('/', StringComparison.Ordinal);
        var (type, subresource) = slash < 0 ? (word, "") : (word[..slash], word[(slash + 1)..]);
        if (type.Length == 0 || (slash >= 0 && subresource.Length == 0) || subresource.Contains('/', StringComparison.Ordinal))
        {
            return Refuse($"`{word}` is no resource: write `resource`, `resource.group` or either with `/subresource`");
        }

        if (subresource == RbacNames.All)
        {
            return Refuse($"`{word}`: `*` stands for no subresource alone: name each, or write `*` for all resources");
        }

        if (type == RbacNames.All || type.StartsWith("*.", StringComparison.Ordinal))
        {
            var group = type.Length == 1 ? RbacNames.All : type[2..];
            return new ResourceWord(new TestedResource(group, RbacNames.All, subresource.Length == 0 ? RbacNames.All : subresource), "", false);
        }

        if (type.Contains('*', StringComparison.Ordinal))
        {
            return Refuse($"`{word}`: `*` stands for a whole resource only, as in `*`, `*.apps` and `*/scale`");
        }

        return OfType(type, subresource);
    }

    private ResourceWord OfType(string type, string subresource)
    {
        var dot = type.IndexOf('.', StringComparison.Ordinal);
        var (resource, group) = dot < 0 ? (type, "") : (type[..dot], type[(dot + 1)..]);
        if (_virtual.Contains((group, resource)))
        {
            return new ResourceWord(new TestedResource(group, resource, subresource, IsNamespaced: false), "", false);
        }

        var resolved = ResourceArgument.Resolve(type, mapper);
        if (resolved.ApiResource is { } known)
        {
            // A namespace is both: it has none, and requests for one are checked against the bindings in it.
            bool? isNamespaced = known is { Group: "", Name: "namespaces" } ? null : known.IsNamespaced;
            var warning = subresource.Length > 0 && !known.Subresources.Contains(subresource)
                ? $"`{known.Name}` has no subresource `{subresource}` that a server lists{Meant(subresource, known.Subresources)}"
                : string.Join("; ", resolved.Warnings.Select(w => w.TrimEnd()));
            return new ResourceWord(new TestedResource(known.Group, known.Name, subresource, isNamespaced), warning, false);
        }

        return dot < 0
            ? Refuse(
                $"no resource type `{type}` is known{Meant(type, mapper.Discovery.Resources.Select(r => r.Name).Distinct())}; "
                + "write `resource.group` for one whose CustomResourceDefinition is not part of the policy")
            : new ResourceWord(
                new TestedResource(group, resource, subresource, IsNamespaced: null), $"no resource type `{resource}` is known in group `{group}`", false);
    }

    private static string Meant(string word, IEnumerable<string> known) => FieldHints.Nearest(word, known) is { } meant ? $": did you mean `{meant}`?" : "";

    private static ResourceWord Refuse(string message) => new(TestedResource.All, message, true);
}

/// <summary>What a word means.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Message">What is to be said of it, or <c>""</c>.</param>
/// <param name="IsRefused">True when it means nothing.</param>
internal readonly record struct ResourceWord(TestedResource Resource, string Message, bool IsRefused);
