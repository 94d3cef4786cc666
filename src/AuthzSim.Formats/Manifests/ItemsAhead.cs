using System.Buffers;
using AuthzSim.Formats.Json;
using AuthzSim.Formats.Loading;

namespace AuthzSim.Formats.Manifests;

/// <summary>
/// Takes whole items of a list off its window, many at a time, and has them read on all cores; what they bring goes where it
/// would have gone, in order.
/// </summary>
internal sealed class ItemsAhead
{
    private readonly JsonWindow _window;
    private readonly ReadingContext _context;
    private readonly ListReader _list;
    private readonly TypeMeta _inherited;
    private readonly int _depth;
    private readonly ReadAhead<BatchResult> _ahead = new();
    private int _itemsToPass;

    private ItemsAhead(JsonWindow window, ReadingContext context, ListReader list, TypeMeta inherited, int depth) =>
        (_window, _context, _list, _inherited, _depth) = (window, context, list, inherited, depth);

    /// <summary>For the items of a list; null where they are better read one by one.</summary>
    /// <param name="window">The input, at the list's first item.</param>
    /// <param name="context">Where objects and problems go.</param>
    /// <param name="list">The list.</param>
    /// <param name="inherited">What the list says of its items.</param>
    /// <param name="depth">In how many lists the items stand.</param>
    public static ItemsAhead? Of(JsonWindow window, ReadingContext context, ListReader list, TypeMeta inherited, int depth) =>
        context.BatchSize > 0 && context.BatchSize <= window.Capacity / 2 && context.Visitor is null && Environment.ProcessorCount > 1
            ? new ItemsAhead(window, context, list, inherited, depth)
            : null;

    /// <summary>Takes items, if there are many, and moves past the last of them; false when the next item is to be read alone.</summary>
    /// <exception cref="ReadingStoppedException">Something in what was taken before ended the reading.</exception>
    public bool TryTakeItems()
    {
        if (_itemsToPass > 0)
        {
            _itemsToPass--;
            return false;
        }

        if (_window.Unread.Length < _context.BatchSize && !_window.IsBroken)
        {
            _window.Fill();
        }

        var (count, length) = WholeItems();
        if (length < _context.BatchSize / 4)
        {
            _itemsToPass = count;
            return false;
        }

        while (_ahead.IsFull)
        {
            DeliverFirst();
        }

        var bytes = ArrayPool<byte>.Shared.Rent(length);
        _window.Unread[..length].CopyTo(bytes);
        var json = bytes.AsMemory(0, length);
        _window.Locator.Pin(_window.Start);
        var batch = new ItemBatch(json, _window.Locator.ForCopy(_window.Start, json), _inherited, _depth);
        var decoders = _context.Decoders;
        _ahead.Add(() => new BatchResult(bytes, batch, batch.Decode(decoders)));
        _window.Advance(length);
        return true;
    }

    /// <summary>Hands on all that was taken so far.</summary>
    /// <exception cref="ReadingStoppedException">Something in it ended the reading.</exception>
    public void Deliver()
    {
        while (DeliverFirst())
        {
        }
    }

    private bool DeliverFirst()
    {
        if (!_ahead.TryTake(out var result))
        {
            return false;
        }

        if (result.Items is { } items && !(items.HasUntyped && _list.IsKindUnknown))
        {
            items.DeliverTo(_context, result.Batch);
        }
        else
        {
            result.Batch.ReadHere(_context, _list);
        }

        ArrayPool<byte>.Shared.Return(result.Bytes);
        return true;
    }

    /// <summary>How many whole items there are at the start of the window, up to as many as make a batch, and how long they are.</summary>
    private (int Count, int Length) WholeItems()
    {
        var bytes = _window.Unread;
        var (count, length, next) = (0, 0, 0);
        while (length < _context.BatchSize && JsonLexemes.NextByte(bytes, ref next) == '{')
        {
            next = JsonSkip.EndOfContainer(bytes, next + 1, depth: 1, isObject: true);
            if (next < 0)
            {
                break;
            }

            (count, length) = (count + 1, next);
            if (JsonLexemes.NextByte(bytes, ref next) != ',')
            {
                break;
            }

            next++;
        }

        return (count, length);
    }

    private sealed record BatchResult(byte[] Bytes, ItemBatch Batch, BatchItems? Items);
}
