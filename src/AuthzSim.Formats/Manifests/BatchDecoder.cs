using System.Collections.Concurrent;
using AuthzSim.Formats.Json;
using AuthzSim.Formats.Loading;
using AuthzSim.Rbac;

namespace AuthzSim.Formats.Manifests;

/// <summary>Decodes one batch after the other, and keeps what is found. For one thread at a time.</summary>
internal sealed class BatchDecoder : IManifestSink
{
    private readonly DiagnosticBag _diagnostics = new();
    private List<FoundItem> _found = [];

    public BatchDecoder() => Context = new ReadingContext(_diagnostics, this, new ReadingProgress(null, CancellationToken.None));

    /// <summary>What a reader of the batch needs.</summary>
    public ReadingContext Context { get; }

    /// <summary>What was found since the last time.</summary>
    public BatchItems TakeItems()
    {
        var items = new BatchItems(_found, [.. _diagnostics.Items]);
        _found = new List<FoundItem>(_found.Count);
        _diagnostics.TakeBackTo(0);
        return items;
    }

    public void Add(RbacObject @object, in DecodedItem item) =>
        _found.Add(new FoundItem(@object, _diagnostics.Count, item.Start, item.Json.Length));

    public void Add(Namespace @namespace) => Note(@namespace);

    public void Add(ServiceAccount account) => Note(account);

    public void Add(CustomResourceDefinition definition) => Note(definition);

    public void Add(PolicySet policy) => throw new NotSupportedException("no list holds a snapshot");

    public void PassOver(string kind) => Note(kind);

    public void Visited() => throw new NotSupportedException("a batch has no visitor");

    public void LeaveOut() => Note(null);

    private void Note(object? item) => _found.Add(new FoundItem(item, _diagnostics.Count, 0, 0));
}

/// <summary>Decoders that are free, with the texts and values they share.</summary>
internal sealed class BatchDecoders
{
    private readonly ConcurrentBag<BatchDecoder> _free = [];

    /// <summary>A decoder for one thread.</summary>
    public BatchDecoder Take() => _free.TryTake(out var free) ? free : new BatchDecoder();

    /// <summary>Frees a decoder.</summary>
    public void Return(BatchDecoder decoder) => _free.Add(decoder);
}
