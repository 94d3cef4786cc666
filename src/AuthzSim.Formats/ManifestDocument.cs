using AuthzSim.Formats.Json;
using AuthzSim.Formats.Manifests;
using AuthzSim.Rbac;

namespace AuthzSim.Formats;

/// <summary>One object of a manifest as JSON, whatever it was written in.</summary>
public sealed class ManifestDocument
{
    private FieldPlaces? _places;

    internal ManifestDocument(string apiVersion, string kind, ReadOnlyMemory<byte> json, SourceLocation location, Locator locator) =>
        (ApiVersion, Kind, Json, Location, Locator) = (apiVersion, kind, json, location, locator);

    /// <summary>The object's <c>apiVersion</c>, or what the list it stands in says of it.</summary>
    public string ApiVersion { get; }

    /// <summary>The object's <c>kind</c>, or what the list it stands in says of it.</summary>
    public string Kind { get; }

    /// <summary>The object as one JSON object in UTF-8, well-formed.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>Where the object begins.</summary>
    public SourceLocation Location { get; }

    /// <summary>Finds places by index into <see cref="Json"/>.</summary>
    internal Locator Locator { get; }

    /// <summary>Where a field stands, or the innermost object around it that exists.</summary>
    /// <param name="fieldPath">The field's path, such as <c>metadata.name</c> or <c>secrets[0].name</c>.</param>
    public SourceLocation LocationOf(string fieldPath)
    {
        ArgumentNullException.ThrowIfNull(fieldPath);
        _places ??= new FieldPlaces(new DecodedItem(Json.Span, 0, Locator));
        return _places.Find(fieldPath, Location);
    }
}

/// <summary>Reads objects of kinds that are no policy out of the files that hold the policy, so that these are read once.</summary>
public interface IManifestVisitor
{
    /// <summary>True for the objects that are to be read.</summary>
    /// <param name="apiVersion">The object's <c>apiVersion</c>.</param>
    /// <param name="kind">The object's <c>kind</c>.</param>
    bool Wants(string apiVersion, string kind);

    /// <summary>Reads one object, in the order of the files.</summary>
    /// <param name="document">The object.</param>
    /// <returns>What is wrong with it; an error counts as one of the load.</returns>
    IReadOnlyList<Diagnostic> Visit(ManifestDocument document);
}
