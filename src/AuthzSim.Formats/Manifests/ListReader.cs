using System.Text.Json;
using AuthzSim.Formats.Json;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Manifests;

/// <summary>
/// Reads one list in a window, item by item. Its own fields may stand after its items: items that need them are put aside
/// until the list has ended.
/// </summary>
/// <param name="window">The input.</param>
/// <param name="context">Where objects and problems go.</param>
/// <param name="pieces">The places of the pieces that are read.</param>
/// <param name="items">Reads the items.</param>
internal sealed class ListReader(JsonWindow window, ReadingContext context, JsonPieces pieces, ManifestReader items)
{
    private const int DeepestList = 2;
    private readonly List<(ReadOnlyMemory<byte> Json, Locator Locator)> _aside = [];
    private TypeMeta _type;

    /// <summary>True while the list has not said of what kind it is.</summary>
    public bool IsKindUnknown => _type.Kind is null;

    /// <summary>Keeps the item at a window's start for later, when the list's kind is known.</summary>
    /// <param name="from">The window.</param>
    /// <param name="length">The item's bytes.</param>
    public void PutAside(JsonWindow from, int length)
    {
        ReadOnlyMemory<byte> copy = from.Unread[..length].ToArray();
        _aside.Add((copy, from.Locator.ForCopy(from.Start, copy)));
    }

    /// <summary>Reads the items and to the list's end.</summary>
    /// <param name="state">The reader's state after the <c>[</c>.</param>
    /// <param name="consumed">How far that is from the window's start.</param>
    /// <param name="soFar">What the list has said before its items.</param>
    /// <param name="depth">In how many lists the list stands.</param>
    public void Read(JsonReaderState state, int consumed, TypeMeta soFar, int depth)
    {
        if (depth == DeepestList)
        {
            throw new UnreadableInputException(
                window.Start, DiagnosticCodes.TooLarge, "lists stand in lists in lists: put their items into one list");
        }

        var start = pieces.Suspend(window.Bytes, consumed);
        window.Advance(consumed);
        _type = soFar;
        ReadItems(depth);
        while (!TryReadEnd(state, start))
        {
            window.Fill();
        }
    }

    /// <summary>Judges the list as a whole and reads the items put aside.</summary>
    /// <param name="location">The list's place.</param>
    public void Finish(SourceLocation location)
    {
        if (_type.Kind is { } kind && !ManifestKinds.IsList(kind))
        {
            context.Diagnostics.Error(
                location, DiagnosticCodes.UnknownField, $"unknown field `items` in a `kind: {kind}`: only lists have it");
            context.Sink.LeaveOut();
        }
        else if (!_type.IsComplete)
        {
            items.ReportUntyped(_type, location);
        }

        foreach (var (json, locator) in _aside)
        {
            new ManifestReader(new JsonWindow(json, locator), context).Read(_type.ForItems, depth: 1);
        }
    }

    private void ReadItems(int depth)
    {
        var inherited = _type.ForItems;
        var list = new JsonItems(window);
        var ahead = ItemsAhead.Of(window, context, this, inherited, depth + 1);
        try
        {
            while (list.Next())
            {
                if (ahead?.TryTakeItems() != true)
                {
                    ahead?.Deliver();
                    items.Read(inherited, depth + 1);
                }
            }
        }
        catch (UnreadableInputException)
        {
            ahead?.Deliver();
            throw;
        }

        ahead?.Deliver();
    }

    private bool TryReadEnd(JsonReaderState state, JsonPieces.Place start)
    {
        var type = _type;
        window.Locator.Pin(window.Start);
        pieces.Begin(window.Start, isResumed: true);
        pieces.Resume(start);
        var reader = new FieldReader(window, context.Strings, state);
        if (!reader.Advance())
        {
            return false;
        }

        while (reader.NextField())
        {
            if (reader.NameIs("apiVersion"u8))
            {
                type = type with { ApiVersion = reader.TextOrNothing() };
            }
            else if (reader.NameIs("kind"u8))
            {
                type = type with { Kind = reader.TextOrNothing() };
            }
            else
            {
                reader.Skip();
            }
        }

        if (reader.Starved)
        {
            return false;
        }

        _type = type;
        window.Advance(reader.Consumed);
        return true;
    }
}
