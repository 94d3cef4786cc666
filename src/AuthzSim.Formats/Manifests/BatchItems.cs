using AuthzSim.Formats.Json;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Manifests;

/// <summary>What was found in a batch, in order.</summary>
/// <param name="found">What a sink would have taken.</param>
/// <param name="diagnostics">The findings.</param>
internal sealed class BatchItems(IReadOnlyList<FoundItem> found, Diagnostic[] diagnostics)
{
    /// <summary>True when an item says nothing of what it is: that may be said after the items.</summary>
    public bool HasUntyped => diagnostics.Any(d => d.Code is DiagnosticCodes.NoKind or DiagnosticCodes.NoApiVersion);

    /// <summary>Hands it all on.</summary>
    /// <param name="context">Where it goes.</param>
    /// <param name="batch">What it was found in.</param>
    public void DeliverTo(ReadingContext context, ItemBatch batch)
    {
        var (told, locator) = (0, batch.NewLocator());
        foreach (var item in found)
        {
            context.Diagnostics.Add(diagnostics[told..item.DiagnosticsBefore]);
            told = item.DiagnosticsBefore;
            Deliver(item, context.Sink, batch.Json, locator);
        }

        context.Diagnostics.Add(diagnostics[told..]);
    }

    private static void Deliver(in FoundItem item, IManifestSink sink, ReadOnlySpan<byte> json, Locator locator)
    {
        switch (item.Item)
        {
            case RbacObject rbac:
                sink.Add(rbac, new DecodedItem(json.Slice(item.Start, item.Length), item.Start, locator));
                break;
            case Namespace @namespace: sink.Add(@namespace); break;
            case ServiceAccount account: sink.Add(account); break;
            case CustomResourceDefinition definition: sink.Add(definition); break;
            case string kind: sink.PassOver(kind); break;
            default: sink.LeaveOut(); break;
        }
    }
}

/// <summary>Something found in a batch.</summary>
/// <param name="Item">An object; the kind of one that is none of ours; null for one that is left out.</param>
/// <param name="DiagnosticsBefore">How many findings there were before.</param>
/// <param name="Start">Where a role or binding begins in the batch.</param>
/// <param name="Length">How many bytes it has.</param>
internal readonly record struct FoundItem(object? Item, int DiagnosticsBefore, int Start, int Length);
