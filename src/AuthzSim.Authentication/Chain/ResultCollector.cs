using System.Collections.Immutable;

namespace AuthzSim.Authentication.Chain;

/// <summary>
/// Puts the answers of a union's members together: errors until somebody matches, and what goes to client and audit always.
/// </summary>
internal sealed class ResultCollector(AuthenticationContext context, bool failsFast)
{
    private List<string>? _errors;
    private ImmutableArray<string> _warnings = [];
    private ImmutableSortedDictionary<string, string> _annotations = AuthenticationResult.NoOpinion.AuditAnnotations;

    /// <summary>Takes a member's answer; the union's when it is settled, else null.</summary>
    /// <param name="name">The member as the trace has it; null when the trace is not told.</param>
    /// <param name="result">What it answered.</param>
    public AuthenticationResult? Add(string? name, AuthenticationResult result)
    {
        if (name is not null)
        {
            context.Trace?.Add(name, result);
        }

        if (!result.Warnings.IsEmpty)
        {
            _warnings = _warnings.AddRange(result.Warnings.Except(_warnings, StringComparer.Ordinal));
        }

        if (!result.AuditAnnotations.IsEmpty)
        {
            _annotations = _annotations.SetItems(result.AuditAnnotations);
        }

        if (result.IsAuthenticated || (failsFast && result.Error is not null))
        {
            return Finish(result);
        }

        if (!result.Errors.IsEmpty)
        {
            (_errors ??= []).AddRange(result.Errors);
        }

        return null;
    }

    /// <summary>The answer when no member matched.</summary>
    public AuthenticationResult Finish() => Finish(
        _errors is null ? AuthenticationResult.NoOpinion : AuthenticationResult.Failed([.. _errors]));

    private AuthenticationResult Finish(AuthenticationResult result) =>
        _warnings.IsEmpty && _annotations.IsEmpty
            ? result
            : result with { Warnings = _warnings, AuditAnnotations = _annotations };
}
