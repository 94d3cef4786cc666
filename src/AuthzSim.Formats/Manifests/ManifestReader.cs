using System.Text.Json;
using AuthzSim.Formats.Json;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Manifests;

/// <summary>
/// Reads the documents in a window one after the other. The items of a list are read one by one as they slide by, so that
/// only one of them needs to be in memory; whatever the bytes end in is tried again with more bytes.
/// </summary>
/// <param name="window">The input.</param>
/// <param name="context">Where objects and problems go.</param>
/// <param name="list">The list whose items these are, if it is read elsewhere.</param>
internal sealed class ManifestReader(JsonWindow window, ReadingContext context, ListReader? list = null)
{
    private readonly JsonPieces _pieces = new();
    private readonly DocumentDelivery _delivery = new(window, context);
    private ListReader? _list = list;

    /// <summary>Reads all documents; what ends the reading is reported and the rest left alone.</summary>
    public void ReadAll()
    {
        try
        {
            while (window.SkipBlanks())
            {
                Read(default, depth: 0);
            }
        }
        catch (Exception e) when (e is JsonException or UnreadableInputException)
        {
            Stop(e);
        }
        catch (ReadingStoppedException)
        {
            // It was reported where it happened.
        }
    }

    /// <summary>Reads items with commas between them; what ends the reading is reported, and then ends it for the list too.</summary>
    /// <param name="inherited">What the list they stand in says of its items.</param>
    /// <param name="depth">In how many lists they stand.</param>
    /// <exception cref="ReadingStoppedException">Something ended the reading.</exception>
    public void ReadItems(TypeMeta inherited, int depth)
    {
        try
        {
            while (window.SkipBlanks())
            {
                if (window.Unread[0] == ',')
                {
                    window.Advance(1);
                }
                else
                {
                    Read(inherited, depth);
                }
            }
        }
        catch (Exception e) when (e is JsonException or UnreadableInputException)
        {
            Stop(e);
            throw new ReadingStoppedException();
        }
    }

    private void Stop(Exception e)
    {
        switch (e)
        {
            case UnreadableInputException unreadable: Stop(unreadable.Index, unreadable.Code, unreadable.Message); break;
            case JsonException json: Stop(_pieces.IndexOf(json, window.Bytes), JsonTexts.Code(json), JsonTexts.Explain(json)); break;
        }
    }

    private void Stop(int index, string code, string message)
    {
        var rest = window is { IsFinal: true } && index >= window.Bytes.Length ? "" : "; what follows cannot be read";
        context.Diagnostics.Error(window.Locator.At(index), code, message + rest);
        context.Sink.LeaveOut();
    }

    /// <summary>Reads one document or item.</summary>
    /// <param name="inherited">What the list it stands in says of its items.</param>
    /// <param name="depth">In how many lists it stands.</param>
    public void Read(TypeMeta inherited, int depth)
    {
        var mark = context.Diagnostics.Count;
        while (!TryRead(inherited, depth))
        {
            context.Diagnostics.TakeBackTo(mark);
            window.Fill();
        }
    }

    /// <summary>Reports an object, or a list, that does not say what it is.</summary>
    public void ReportUntyped(TypeMeta type, SourceLocation location)
    {
        if (type.Kind is null)
        {
            context.Diagnostics.Error(
                location, DiagnosticCodes.NoKind, "no `kind` here: every object says what it is, such as `kind: Role`");
        }
        else
        {
            var version = ManifestKinds.UsualVersion(type.Kind) is { } usual ? $": add `apiVersion: {usual}`" : "";
            context.Diagnostics.Error(
                location, DiagnosticCodes.NoApiVersion, $"no `apiVersion` here for `kind: {type.Kind}`{version}");
        }

        context.Sink.LeaveOut();
    }

    private FieldReader Open()
    {
        _pieces.Begin(window.Start, isResumed: false);
        return new FieldReader(window, context.Strings);
    }

    /// <summary>Reads one document or item and moves past it; false: the bytes ended in it.</summary>
    private bool TryRead(TypeMeta inherited, int depth)
    {
        window.Locator.Pin(window.Start);
        var reader = Open();
        if (!reader.Advance())
        {
            return false;
        }

        if (reader.Token != JsonTokenType.StartObject)
        {
            return PassValue(ref reader);
        }

        var location = reader.ObjectLocation;
        var own = default(TypeMeta);
        var (first, fields) = (true, 0);
        while (reader.NextField())
        {
            fields++;
            if (reader.NameIs("apiVersion"u8))
            {
                own = own with { ApiVersion = reader.TextOrNothing() };
            }
            else if (reader.NameIs("kind"u8))
            {
                own = own with { Kind = reader.TextOrNothing() };
            }
            else if (reader.NameIs("items"u8) && (own.Kind is null || ManifestKinds.IsList(own.Kind)) && inherited.Kind is null)
            {
                if (reader.Advance() && reader.Token == JsonTokenType.StartArray)
                {
                    ReadList(reader.State, reader.Consumed, own, location, depth);
                    return true;
                }

                reader.Skip();
            }
            else if (first && inherited.IsComplete)
            {
                break;
            }
            else
            {
                reader.Skip();
            }

            first = false;
            if (own.IsComplete && !ManifestKinds.IsList(own.Kind!))
            {
                if (fields == 2)
                {
                    // The type came first, as it usually does: decoding goes on from here.
                    return TryDecode(ref reader, own, location, FieldTables.TypeSeen);
                }

                break;
            }
        }

        if (reader.Starved)
        {
            return false;
        }

        reader = Open();
        reader.Advance();
        return TryDecode(ref reader, own.Or(inherited), location, seen: 0);
    }

    private void ReadList(JsonReaderState state, int consumed, TypeMeta own, SourceLocation location, int depth)
    {
        var (outer, inner) = (_list, new ListReader(window, context, _pieces, this));
        _list = inner;
        inner.Read(state, consumed, own, depth);
        _list = outer;
        inner.Finish(location);
    }

    private bool PassValue(ref FieldReader reader)
    {
        var (token, location) = (reader.Token, reader.Location);
        reader.Skip();
        if (reader.Starved)
        {
            return false;
        }

        if (token != JsonTokenType.Null)
        {
            var message = token == JsonTokenType.StartArray
                ? "a document must be one object: put a list of objects under `items` of a `kind: List`"
                : "a document must be an object with `apiVersion` and `kind`, this is a single value";
            context.Diagnostics.Error(location, DiagnosticCodes.NotAnObject, message);
            context.Sink.LeaveOut();
        }

        window.Advance(reader.Consumed);
        return true;
    }

    /// <summary>Decodes an object; the reader stands at its brace, or behind the fields <paramref name="seen"/> says.</summary>
    private bool TryDecode(ref FieldReader reader, TypeMeta type, SourceLocation location, uint seen)
    {
        var mark = context.Diagnostics.Count;
        if (!type.IsComplete)
        {
            return SkipUntyped(ref reader, type, location);
        }

        var kind = ManifestKinds.Classify(type.ApiVersion!, type.Kind!);
        RbacObject? decoded = null;
        object? other = null;
        switch (kind)
        {
            case ManifestKind.Namespace:
                other = new Namespace(context.ClusterObjects.Names(ref reader).Name, location);
                break;
            case ManifestKind.ServiceAccount:
                var (ns, name) = context.ClusterObjects.Names(ref reader);
                other = new ServiceAccount(ns, name, location);
                break;
            case ManifestKind.CustomResourceDefinition:
                other = context.ClusterObjects.Definition(ref reader, location);
                break;
            case ManifestKind.Wrong:
                var (code, message) = ManifestKinds.Explain(type.ApiVersion!, type.Kind!);
                context.Diagnostics.Error(location, code, message);
                reader.SkipFields();
                break;
            case var rbac when rbac.IsRbac():
                decoded = context.Rbac.Decode(ref reader, rbac, type.ApiVersion == ManifestKinds.AlphaVersion, location, seen);
                break;
            default:
                reader.SkipFields();
                break;
        }

        if (reader.Starved)
        {
            return false;
        }

        _delivery.Deliver(type, kind, location, reader.Consumed, decoded, other, isWrong: context.Diagnostics.HasErrorSince(mark));
        window.Advance(reader.Consumed);
        return true;
    }

    private bool SkipUntyped(ref FieldReader reader, TypeMeta type, SourceLocation location)
    {
        reader.Skip();
        if (reader.Starved)
        {
            return false;
        }

        if (_list is { IsKindUnknown: true })
        {
            _list.PutAside(window, reader.Consumed);
        }
        else
        {
            ReportUntyped(type, location);
        }

        window.Advance(reader.Consumed);
        return true;
    }
}
