using System.Collections.Immutable;

namespace AuthzSim.Discovery;

/// <summary>The verbs kubectl knows; any other is asked all the same, with a warning (<c>kubectl/pkg/cmd/auth/cani.go</c>).</summary>
public static class KnownVerbs
{
    /// <summary>Verbs of resource requests.</summary>
    public static ImmutableArray<string> Resource { get; } =
    [
        "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection",
        "use", "bind", "impersonate", "*", "approve", "sign", "escalate", "attest",
    ];

    /// <summary>Verbs of non-resource requests.</summary>
    public static ImmutableArray<string> NonResource { get; } = ["get", "put", "post", "head", "options", "delete", "patch", "*"];

    /// <summary>kubectl's warning about a verb, line feed included; null for a known one.</summary>
    /// <param name="verb">The verb, compared exactly.</param>
    /// <param name="isNonResource">True when the question is about a URL.</param>
    public static string? WarningFor(string verb, bool isNonResource) =>
        (isNonResource ? NonResource : Resource).Contains(verb) ? null : $"verb '{verb}' is not a known verb\n";
}
