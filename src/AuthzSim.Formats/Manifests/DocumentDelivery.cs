using AuthzSim.Formats.Json;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Manifests;

/// <summary>Hands a document that was decoded to the visitor and the sink.</summary>
/// <param name="window">The input, at the document's start.</param>
/// <param name="context">Where documents and problems go.</param>
internal sealed class DocumentDelivery(JsonWindow window, ReadingContext context)
{
    /// <summary>Hands a document on.</summary>
    /// <param name="type">What it says it is.</param>
    /// <param name="kind">What that is to us.</param>
    /// <param name="location">Its place.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="decoded">The RBAC object it is.</param>
    /// <param name="other">The other object it is.</param>
    /// <param name="isWrong">True when an error was found in it.</param>
    public void Deliver(TypeMeta type, ManifestKind kind, SourceLocation location, int length, RbacObject? decoded, object? other, bool isWrong)
    {
        var isVisited = context.Visitor?.Wants(type.ApiVersion!, type.Kind!) == true;
        if (isVisited)
        {
            isWrong |= Visit(type, location, length);
        }

        if (isWrong)
        {
            context.Sink.LeaveOut();
            return;
        }

        switch (other)
        {
            case null when decoded is not null:
                WarnOfVersion(type, location);
                context.Sink.Add(decoded, new DecodedItem(window.Unread[..length], window.Start, window.Locator));
                break;
            case Namespace ns: context.Sink.Add(ns); break;
            case ServiceAccount account: context.Sink.Add(account); break;
            case CustomResourceDefinition definition: context.Sink.Add(definition); break;
            case null when isVisited: context.Sink.Visited(); break;
            case null when kind != ManifestKind.List: context.Sink.PassOver(type.Kind!); break;
        }
    }

    /// <summary>Shows a whole object to the visitor; true when that finds an error.</summary>
    private bool Visit(TypeMeta type, SourceLocation location, int length)
    {
        var mark = context.Diagnostics.Count;
        ReadOnlyMemory<byte> json = window.Unread[..length].ToArray();
        var locator = window.Locator.ForCopy(window.Start, json);
        context.Diagnostics.Add(context.Visitor!.Visit(new ManifestDocument(type.ApiVersion!, type.Kind!, json, location, locator)));
        return context.Diagnostics.HasErrorSince(mark);
    }

    private void WarnOfVersion(TypeMeta type, SourceLocation location)
    {
        if (type.ApiVersion != ManifestKinds.Version)
        {
            context.Diagnostics.Warn(
                location,
                DiagnosticCodes.OldVersion,
                $"`{type.ApiVersion}` is no longer served: read as `{ManifestKinds.Version}`");
        }
    }
}
