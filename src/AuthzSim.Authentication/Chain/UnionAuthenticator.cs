using System.Collections.Immutable;

namespace AuthzSim.Authentication.Chain;

/// <summary>
/// Asks authenticators in order: the first match is the answer and earlier errors are forgotten; without a match the errors
/// are joined (upstream: <c>k8s.io/apiserver/pkg/authentication/request/union</c>). Tells the trace what each answered.
/// </summary>
public sealed class UnionAuthenticator : IAuthenticator
{
    private readonly ImmutableArray<IAuthenticator> _members;
    private readonly bool _failsFast;

    /// <summary>Makes the union.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="members">The authenticators in the order in which they are asked.</param>
    /// <param name="failsFast">True when the first error is the answer (upstream: <c>NewFailOnError</c>).</param>
    public UnionAuthenticator(string name, ImmutableArray<IAuthenticator> members, bool failsFast = false) =>
        (Name, _members, _failsFast) = (name, members, failsFast);

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>A member whose own members tell the trace, which is not told of it again; null when there is none.</summary>
    internal IAuthenticator? Nested { get; init; }

    /// <inheritdoc/>
    public async ValueTask<AuthenticationResult> AuthenticateAsync(
        AuthenticationRequest request, AuthenticationContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var collector = new ResultCollector(context, _failsFast);
        foreach (var member in _members)
        {
            var result = await member.AuthenticateAsync(request, context, cancellationToken).ConfigureAwait(false);
            if (collector.Add(member == Nested ? null : member.Name, result) is { } settled)
            {
                return settled;
            }
        }

        return collector.Finish();
    }
}
