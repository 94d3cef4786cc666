using System.Collections.Immutable;
using AuthzSim.Formats.Json;
using AuthzSim.Rbac;

namespace AuthzSim.Formats;

/// <summary>How <see cref="PolicyLoader"/> reads.</summary>
public sealed record PolicyLoadOptions
{
    /// <summary>Carry on without documents that cannot be read or are invalid, instead of throwing.</summary>
    public bool SkipInvalid { get; init; }

    /// <summary>Put the default policy every cluster has before the input; objects of the same name in the input win.</summary>
    public bool IncludeDefaultPolicy { get; init; } = true;

    /// <summary>What the path <c>-</c> reads; needed when that path is given. Not disposed.</summary>
    public Stream? StandardInput { get; init; }

    /// <summary>Told the number of bytes read so far, about once per megabyte or file.</summary>
    public IProgress<long>? BytesRead { get; init; }

    /// <summary>Reads objects of other kinds out of the same files; null when nobody wants them. A snapshot has none.</summary>
    public IManifestVisitor? Visitor { get; init; }

    /// <summary>Stops the load with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>How much of a JSON file is in memory at first.</summary>
    internal int WindowSize { get; init; } = JsonWindow.DefaultSize;

    /// <summary>How many bytes of a list's items are read at a time beside others.</summary>
    internal int BatchSize { get; init; } = 1 << 18;

    /// <summary>The validation of a defaulted object.</summary>
    internal Func<RbacObject, ImmutableArray<FieldError>> Validate { get; init; } = RbacValidation.Validate;
}
