using AuthzSim.Formats.Json;

namespace AuthzSim.Formats.Manifests;

/// <summary>Some whole items of a list, with commas between them.</summary>
/// <param name="json">The items; what is read of them keeps none of these bytes.</param>
/// <param name="locator">Knows the places in them. It is at their start and stays there, so that they can be read again.</param>
/// <param name="inherited">What the list says of its items.</param>
/// <param name="depth">In how many lists they stand.</param>
internal sealed class ItemBatch(ReadOnlyMemory<byte> json, Locator locator, TypeMeta inherited, int depth)
{
    /// <summary>The items.</summary>
    public ReadOnlySpan<byte> Json => json.Span;

    /// <summary>Knows the places in them, from their start on.</summary>
    public Locator NewLocator() => locator.ForCopy(0, json);

    /// <summary>Decodes the items; null when something in them ends the reading.</summary>
    /// <param name="decoders">Decoders for one thread each.</param>
    public BatchItems? Decode(BatchDecoders decoders)
    {
        var decoder = decoders.Take();
        try
        {
            new ManifestReader(new JsonWindow(json, NewLocator()), decoder.Context).ReadItems(inherited, depth);
            return decoder.TakeItems();
        }
        catch (ReadingStoppedException)
        {
            decoder.TakeItems();
            return null;
        }
        finally
        {
            decoders.Return(decoder);
        }
    }

    /// <summary>Reads the items as if they had not been taken.</summary>
    /// <param name="context">Where objects and problems go.</param>
    /// <param name="list">Their list.</param>
    /// <exception cref="ReadingStoppedException">Something in them ended the reading.</exception>
    public void ReadHere(ReadingContext context, ListReader list) =>
        new ManifestReader(new JsonWindow(json, NewLocator()), context, list).ReadItems(inherited, depth);
}
