using AuthzSim.Formats.Json;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Manifests;

/// <summary>Takes what a reader finds, in order.</summary>
internal interface IManifestSink
{
    /// <summary>An RBAC object that decoded without an error, as written: nothing defaulted or validated.</summary>
    void Add(RbacObject @object, in DecodedItem item);

    void Add(Namespace @namespace);

    void Add(ServiceAccount account);

    void Add(CustomResourceDefinition definition);

    /// <summary>The policy of a snapshot: defaulted, scoped and validated when it was compiled.</summary>
    void Add(PolicySet policy);

    /// <summary>A document of a kind that is none of ours.</summary>
    void PassOver(string kind);

    /// <summary>A document of a kind that is none of ours, which a visitor read.</summary>
    void Visited();

    /// <summary>A document in which an error was found.</summary>
    void LeaveOut();
}

/// <summary>The bytes an object was decoded from, to find the places of its fields again.</summary>
internal readonly ref struct DecodedItem(ReadOnlySpan<byte> json, int start, Locator locator)
{
    public ReadOnlySpan<byte> Json { get; } = json;

    public int Start => start;

    public Locator Locator => locator;
}
