using AuthzSim.Rbac;
using Microsoft.Data.Sqlite;

namespace AuthzSim.Server.Tests.Resources;

/// <summary>A server that keeps its objects on disk, over HTTPS.</summary>
public sealed class DataDirectoryTests : IDisposable
{
    private const string Roles = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("authzsim-data-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_restart()
    {
        List<string> acknowledged = [];
        await using (var server = await StartAsync())
        {
            for (var i = 0; i < 10; i++)
            {
                acknowledged.Add((await server.PostAsync(Roles, $$$"""{"metadata":{"name":"r{{{i}}}"},"rules":[]}""")).Body["metadata"]!.ToJsonString());
            }
        }

        await using var again = await StartAsync();
        Assert.Equal(acknowledged, (await again.GetAsync(Roles)).Body["items"]!.AsArray().Select(i => i!["metadata"]!.ToJsonString()));
    }

    [Fact]
    public async Task A_change_that_cannot_be_kept_is_not_made()
    {
        await using var server = await StartAsync();
        await using (var other = new SqliteConnection($"Data Source={Path.Combine(_folder.FullName, "authzsim.db")};Pooling=False"))
        {
            await other.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = other.CreateCommand();
            command.CommandText = "BEGIN IMMEDIATE";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

            var (code, status) = await server.PostAsync(Roles, """{"metadata":{"name":"lost"},"rules":[]}""");

            Assert.Equal(500, code);
            Assert.Contains("the change could not be written to the data directory", (string?)status["message"], StringComparison.Ordinal);
            Assert.Equal(404, (await server.GetAsync($"{Roles}/lost")).Code);
        }

        Assert.Equal(201, (await server.PostAsync(Roles, """{"metadata":{"name":"kept"},"rules":[]}""")).Code);
    }

    private Task<RunningServer> StartAsync() => RunningServer.StartAsync(PolicySet.Empty, o => o with { DataDirectory = _folder.FullName });
}
