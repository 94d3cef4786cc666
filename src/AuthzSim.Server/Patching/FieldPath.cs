using System.Text.Json.Nodes;
using AuthzSim.Text;

namespace AuthzSim.Server.Patching;

/// <summary>
/// The path of a field, as one link more than its parent's (upstream: <c>structured-merge-diff/fieldpath.Path</c>). Elements are
/// written as in FieldsV1: <c>f:name</c>, <c>k:{"uid":"…"}</c>, <c>v:"value"</c>.
/// </summary>
internal sealed class FieldPath : IEquatable<FieldPath>
{
    public const string Field = "f:";
    public const string Key = "k:";
    public const string Value = "v:";

    private readonly int _hash;

    private FieldPath(FieldPath? parent, string element)
    {
        (Parent, Element) = (parent, element);
        _hash = HashCode.Combine(parent?._hash ?? 0, element);
    }

    /// <summary>The whole object.</summary>
    public static FieldPath Root { get; } = new(null, "");

    public FieldPath? Parent { get; }

    public string Element { get; }

    /// <summary>The path of fields from the root.</summary>
    public static FieldPath Of(params IEnumerable<string> names) => names.Aggregate(Root, (path, name) => path.ToField(name));

    public FieldPath To(string element) => new(this, element);

    public FieldPath ToField(string name) => To(Field + name);

    /// <summary>The elements from the root on.</summary>
    public List<string> Elements()
    {
        var elements = new List<string>();
        for (var path = this; path.Parent is not null; path = path.Parent)
        {
            elements.Add(path.Element);
        }

        elements.Reverse();
        return elements;
    }

    /// <inheritdoc/>
    public bool Equals(FieldPath? other) => ReferenceEquals(this, other)
        || (other is not null && _hash == other._hash && Element == other.Element
            && (Parent is null ? other.Parent is null : Parent.Equals(other.Parent)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FieldPath);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>As failures name it: <c>.metadata.finalizers[="a"]</c>.</summary>
    public override string ToString() => string.Concat(Elements().Select(Text));

    /// <summary>The order of upstream's walks: at every level the fields that end there come before those that go on.</summary>
    public static int Compare(FieldPath a, FieldPath b)
    {
        var (x, y) = (a.Elements(), b.Elements());
        for (var i = 0; i < x.Count && i < y.Count; i++)
        {
            var (xEnds, yEnds) = (i == x.Count - 1, i == y.Count - 1);
            if (xEnds != yEnds)
            {
                return xEnds ? -1 : 1;
            }

            if (GoText.CompareBytes(x[i], y[i]) is not 0 and var order)
            {
                return order;
            }
        }

        return x.Count.CompareTo(y.Count);
    }

    private static string Text(string element)
    {
        var rest = element[2..];
        return element[..2] switch
        {
            Field => "." + rest,
            Value => $"[={rest}]",
            Key => $"[{string.Join(",", JsonNode.Parse(rest)!.AsObject().Select(f => $"{f.Key}={PatchJson.Compact(f.Value)}"))}]",
            _ => $"[{rest}]",
        };
    }
}
