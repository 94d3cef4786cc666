using System.Collections.Concurrent;

namespace AuthzSim.Formats.Audit;

/// <summary>Decoders that are free, with what they have learned.</summary>
internal sealed class AuditDecoders
{
    private readonly AuditCaches _caches = new();
    private readonly ConcurrentBag<AuditEventDecoder> _free = [];

    /// <summary>A decoder for one thread.</summary>
    public AuditEventDecoder Take() => _free.TryTake(out var free) ? free : new AuditEventDecoder(_caches);

    /// <summary>Frees a decoder.</summary>
    public void Return(AuditEventDecoder decoder) => _free.Add(decoder);
}
