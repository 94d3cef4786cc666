using System.Runtime.InteropServices;
using AuthzSim.Formats.Json;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Yaml;

/// <summary>Where a token of the JSON made from YAML came from.</summary>
/// <param name="Index">Its first byte in the JSON.</param>
/// <param name="Line">One-based line in the YAML.</param>
/// <param name="Column">One-based column in the YAML.</param>
/// <param name="Written">The scalar as written, where JSON writes it in another way; else null.</param>
internal readonly record struct TokenMark(int Index, int Line, int Column, string? Written);

/// <summary>Places in YAML by the marks kept while it was turned into JSON, in ascending order of index.</summary>
internal sealed class MarkLocator(string path, List<TokenMark> marks, int shift) : Locator
{
    private int _hint;

    public override SourceLocation At(int index)
    {
        var mark = Find(index);
        return new SourceLocation(path, mark.Line, mark.Column);
    }

    public override string? Written(int index) => Find(index).Written;

    public override Locator ForCopy(int index, ReadOnlyMemory<byte> copy) => new MarkLocator(path, marks, shift + index);

    /// <summary>The last mark at or before the index; reading goes forward, so it is usually near the last one found.</summary>
    private TokenMark Find(int index)
    {
        index += shift;
        var all = CollectionsMarshal.AsSpan(marks);
        if (all[_hint].Index > index)
        {
            _hint = 0;
        }

        var (low, step) = (_hint, 1);
        while (low + step < all.Length && all[low + step].Index <= index)
        {
            low += step;
            step *= 2;
        }

        for (; step > 0; step /= 2)
        {
            if (low + step < all.Length && all[low + step].Index <= index)
            {
                low += step;
            }
        }

        return all[_hint = low];
    }
}
