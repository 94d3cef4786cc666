using System.Text;
using AuthzSim.Authentication.Files;
using AuthzSim.Authentication.Tests.Chain;

namespace AuthzSim.Authentication.Tests.Files;

/// <summary>Token files and basic auth files.</summary>
public sealed class CredentialFileTests
{
    [Fact]
    public void What_the_server_logs_of_a_token_file_are_warnings()
    {
        var file = TokenFileAuthenticator.Parse("secret,u,1\n,v,2\n\nsecret,w,3\n"u8.ToArray(), "t.csv");
        Assert.Equal(
            [
                "empty token has been found in token file 't.csv', record number '2'",
                "duplicate token has been found in token file 't.csv', record number '3'",
            ],
            file.Warnings);
        Assert.Equal("w", Token(file, "secret").User!.Name);
        Assert.True(Token(file, "secre").IsNoOpinion);
    }

    [Fact]
    public void A_file_that_is_no_text_is_refused() =>
        Assert.Throws<CredentialFileException>(
            () => TokenFileAuthenticator.Parse(new byte[] { 0xff, (byte)',', (byte)',' }, "t"));

    [Fact]
    public void A_file_that_is_not_there_is_refused_as_go_says_it()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Assert.Equal($"open {path}: no such file or directory", Assert.Throws<CredentialFileException>(() => TokenFileAuthenticator.Load(path)).Message);
        Assert.Equal($"open {path}: no such file or directory", Assert.Throws<CredentialFileException>(() => BasicAuthFileAuthenticator.Load(path)).Message);
    }

    [Theory]
    [InlineData("alice:pw", "alice", null)]
    [InlineData("carol:a:b", "carol", null)]
    [InlineData("alice:pW", null, "invalid username/password combination")]
    [InlineData("alice:", null, "invalid username/password combination")]
    [InlineData("nobody:pw", null, "invalid username/password combination")]
    [InlineData("alice", null, null)]
    public void Passwords_are_compared_whole(string credentials, string? user, string? error) =>
        Expect("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)), user, error);

    [Theory]
    [InlineData("basic YWxpY2U6cHc=", "alice")]
    [InlineData("Basic  YWxpY2U6cHc=", null)]
    [InlineData("Basic YWxpY2U6cHc", null)]
    [InlineData("BasicYWxpY2U6cHc=", null)]
    [InlineData("Bearer YWxpY2U6cHc=", null)]
    [InlineData("", null)]
    public void Only_the_very_form_is_a_password(string header, string? user) => Expect(header, user, null);

    [Fact]
    public void Bytes_that_are_no_text_are_nobody() => Expect("Basic /zo=", null, "invalid username/password combination");

    [Fact]
    public void A_user_given_twice_is_a_warning_and_the_later_counts()
    {
        var file = BasicAuthFileAuthenticator.Parse("a,u,1\nb,u,2\n"u8.ToArray(), "b.csv");
        Assert.Equal(["duplicate username 'u' has been found in password file 'b.csv', record number '2'"], file.Warnings);
        Assert.Equal(
            "password file 'b.csv' must have at least 3 columns (password, user name, user uid), found 2",
            Assert.Throws<CredentialFileException>(() => BasicAuthFileAuthenticator.Parse("a,u\n"u8.ToArray(), "b.csv")).Message);
    }

    private static void Expect(string header, string? user, string? error)
    {
        var file = BasicAuthFileAuthenticator.Parse("pw,alice,1,\"dev,ops\"\na:b,carol,2\n"u8.ToArray(), "b.csv");
        var result = file.AuthenticateAsync(Sent.With(("Authorization", header)), AuthenticationContext.Default).AsTask().GetAwaiter().GetResult();
        Assert.Equal(user, result.User?.Name);
        Assert.Equal(error, result.Error);
    }

    private static AuthenticationResult Token(TokenFileAuthenticator file, string token) =>
        file.AuthenticateTokenAsync(token, AuthenticationContext.Default).AsTask().GetAwaiter().GetResult();
}
