using AuthzSim.Rbac;

namespace AuthzSim.Formats.Json;

/// <summary>Turns an index into the bytes at hand into the place in the input they came from.</summary>
internal abstract class Locator
{
    /// <summary>The place of the byte at the index.</summary>
    public abstract SourceLocation At(int index);

    /// <summary>The scalar as written in the input where that differs from the JSON at the index, else null.</summary>
    public virtual string? Written(int index) => null;

    /// <summary>Promises that no index before this one is asked for until the next promise.</summary>
    public virtual void Pin(int index)
    {
    }

    /// <summary>The bytes before the index are about to go; the rest moves to the front.</summary>
    public virtual void Drop(int index)
    {
    }

    /// <summary>A locator for a copy of the bytes that starts at the index.</summary>
    public abstract Locator ForCopy(int index, ReadOnlyMemory<byte> copy);
}
