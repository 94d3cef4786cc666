using System.Collections.Concurrent;
using AuthzSim.Authentication;
using AuthzSim.Authentication.Chain;
using AuthzSim.Authentication.Oidc;
using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;

namespace AuthzSim.Conformance;

/// <summary>
/// A server with everything that was recorded, and requests made of flipped, cut and joined pieces of the recorded credentials:
/// each gets an answer, and whoever it lets in owns one of the credentials the request was made of.
/// </summary>
public sealed class CredentialMutationLaws : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly AuthenticationVectors _vectors = new();
    private readonly JwtAuthenticators _issuers;
    private readonly RequestAuthenticator _chain;
    private readonly MutatedRequests _requests;
    private readonly ConcurrentDictionary<string, string> _owners = new(StringComparer.Ordinal);

    public CredentialMutationLaws()
    {
        var jwt = new JwtVectors();
        var recorded = _vectors.Cases.Concat(jwt.Tokens).ToList();
        var clock = new FakeTimeProvider(recorded.Max(e => e.GetProperty("time").GetDateTimeOffset()));
        _issuers = jwt.Authenticators(clock);
        _chain = (_vectors.Chain(clock) with { JwtIssuers = [_issuers] }).Build();
        _requests = new MutatedRequests([.. recorded.Select(AuthenticationVectors.Request)]);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _issuers.Dispose();

    [Property(MaxTest = 3000)]
    public async Task No_request_of_mutated_pieces_is_anybodys_but_an_owners(int seed) =>
        Assert.Null(await FaultAsync(_requests.Of(seed)));

    [Fact]
    public async Task The_requests_are_of_all_kinds()
    {
        var made = Enumerable.Range(0, 1500).Select(_requests.Of).ToList();
        Assert.All(await Task.WhenAll(made.Select(FaultAsync)), Assert.Null);
        var answers = await Task.WhenAll(made.Select(AskAsync));
        var strangers = made.Zip(answers).Count(m => m.Second.Error is not null);
        var anonymous = answers.Count(a => a.User?.Name == "system:anonymous");
        Assert.InRange(answers.Length - strangers - anonymous, 150, 1200);
        Assert.InRange(strangers, 150, 1200);
        Assert.InRange(anonymous, 15, 600);
        Assert.InRange(made.Zip(answers).Count(m => m.First.IsMutated && IsSomebody(m.Second)), 50, 1000);
        Assert.True(answers.Select(a => a.User?.Name).Distinct().Count() > 10);
        Assert.True(answers.Select(a => a.Error).Distinct().Count() > 20);
    }

    private static bool IsSomebody(RequestAuthentication answer) => answer.User is { Name: not "system:anonymous" };

    /// <summary>What is wrong with the answer to a request; null when nothing is.</summary>
    private async Task<string?> FaultAsync(MutatedRequest made)
    {
        var answer = await AskAsync(made);
        if (answer.User is not { } user)
        {
            return answer.Failure?.Code == 401 ? null : $"neither user nor 401: {made}";
        }

        // Anonymous by name alone, as a certificate can be, is nobody either.
        var shown = AuthenticationAnswers.Show(user);
        if (user.Name == "system:anonymous" && user.Groups is ["system:unauthenticated"])
        {
            return null;
        }

        var owners = await Task.WhenAll(made.Sources.Select(OwnerAsync));
        return owners.Contains(shown) || await IsProxiedAsync(made.Request, user.Name) ? null : $"{shown} owns nothing of {made}";
    }

    /// <summary>True when the holder of a front proxy's certificate says who the user is.</summary>
    private async Task<bool> IsProxiedAsync(AuthenticationRequest request, string name)
    {
        var proxied = new AuthenticationRequest
        {
            Headers = new RequestHeaders([KeyValuePair.Create(_vectors.FrontProxy.UsernameHeaders[0], "anyone")]),
            PeerCertificates = request.PeerCertificates,
        };
        var isRecorded = !request.PeerCertificates.IsEmpty && _requests.HasLeaf(request.PeerCertificates[0]);
        return isRecorded
            && (await _chain.AuthenticateAsync(proxied, cancellationToken: Cancel)).User?.Name == "anyone"
            && _vectors.FrontProxy.UsernameHeaders.SelectMany(request.Headers.All).Contains(name);
    }

    /// <summary>Whom the unmutated credential belongs to.</summary>
    private async Task<string> OwnerAsync(AuthenticationRequest source)
    {
        var key = MutatedRequest.Show(source);
        if (!_owners.TryGetValue(key, out var owner))
        {
            var user = (await _chain.AuthenticateAsync(source, cancellationToken: Cancel)).User;
            owner = _owners[key] = user is null ? "nobody" : AuthenticationAnswers.Show(user);
        }

        return owner;
    }

    // On a thread of its own, so that one that computes for ever is found out.
    private Task<RequestAuthentication> AskAsync(MutatedRequest made) =>
        Task.Run(() => _chain.AuthenticateAsync(made.Request, cancellationToken: Cancel).AsTask(), Cancel).WaitAsync(
            _patience, Cancel);
}
