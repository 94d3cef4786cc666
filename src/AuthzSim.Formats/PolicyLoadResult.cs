using System.Collections.Immutable;
using AuthzSim.Rbac;

namespace AuthzSim.Formats;

/// <summary>What <see cref="PolicyLoader"/> read.</summary>
public sealed record PolicyLoadResult
{
    /// <summary>The policy in the order read, after the default policy where that was asked for.</summary>
    public required PolicySet Policy { get; init; }

    /// <summary>True when the default policy is part of it: joined now, or when a snapshot among the files was compiled.</summary>
    public bool IncludesDefaultPolicy { get; init; }

    /// <summary>Everything there was to say: warnings, and with <see cref="PolicyLoadOptions.SkipInvalid"/> errors too.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; init; } = [];

    /// <summary>How many documents of other kinds were passed over.</summary>
    public int DocumentsPassedOver => PassedOver.Values.Sum();

    /// <summary>The documents passed over, counted by kind.</summary>
    public ImmutableSortedDictionary<string, int> PassedOver { get; init; } =
        ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <summary>How many documents were left out because of an error in them.</summary>
    public int DocumentsSkipped { get; init; }

    /// <summary>How many files were read, standard input included.</summary>
    public int FilesRead { get; init; }

    /// <summary>How many bytes were read.</summary>
    public long BytesRead { get; init; }
}
