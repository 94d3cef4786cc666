using System.Collections.Immutable;

namespace AuthzSim.Analysis;

/// <summary>
/// The URL paths of an <see cref="AccessRule"/>, as patterns of which the longest that fits a path decides; one without a final
/// <c>*</c> fits that path only and goes before any prefix.
/// </summary>
public sealed class UrlSet : IEquatable<UrlSet>
{
    private readonly AccessNode _paths;

    internal UrlSet(AccessNode paths)
    {
        _paths = paths;
        var patterns = ImmutableArray.CreateBuilder<UrlPattern>();
        if (paths.IsFull || paths is PathNode { Other.IsFull: true })
        {
            patterns.Add(new UrlPattern("", true, true));
        }

        if (paths is PathNode node)
        {
            patterns.AddRange(node.Keys.Zip(node.Children, (key, child) => new UrlPattern(key.Text, key.IsPrefix, child.IsFull)));
        }

        Patterns = patterns.DrainToImmutable();
    }

    /// <summary>The patterns in ordinal order, a prefix before what it holds.</summary>
    public ImmutableArray<UrlPattern> Patterns { get; }

    /// <summary>True when the path is in the set.</summary>
    /// <param name="path">A URL path.</param>
    public bool Contains(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return _paths.At(path).IsFull;
    }

    /// <inheritdoc/>
    public bool Equals(UrlSet? other) => other is not null && _paths.Equals(other._paths);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as UrlSet);

    /// <inheritdoc/>
    public override int GetHashCode() => _paths.GetHashCode();

    /// <summary><c>/healthz, /metrics*</c>, or <c>/a* except /a/b*</c>.</summary>
    public override string ToString()
    {
        var included = string.Join(", ", Patterns.Where(p => p.IsIncluded));
        var excluded = string.Join(", ", Patterns.Where(p => !p.IsIncluded));
        return excluded.Length == 0 ? included : $"{included} except {excluded}";
    }
}

/// <summary>One pattern of a <see cref="UrlSet"/>.</summary>
/// <param name="Text">A path, or what paths begin with.</param>
/// <param name="IsPrefix">True when every path that begins with <paramref name="Text"/> fits.</param>
/// <param name="IsIncluded">True when paths for which this pattern decides are in the set.</param>
public readonly record struct UrlPattern(string Text, bool IsPrefix, bool IsIncluded)
{
    /// <summary>As in a rule: a prefix ends in <c>*</c>; a path that could be misread is quoted.</summary>
    public override string ToString() => IsPrefix
        ? (Text.Length == 0 ? "" : ValueSet.Quoted(Text)) + "*"
        : ValueSet.Quoted(Text);
}
