using System.Text.Json.Nodes;

namespace AuthzSim.Server.Tests.Resources;

/// <summary>An open watch and what its events add up to.</summary>
internal sealed class WatchedObjects : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private WatchedObjects(HttpResponseMessage response, Stream stream)
    {
        _response = response;
        _lines = new StreamReader(stream);
    }

    public List<string> Events { get; } = [];

    public SortedDictionary<string, JsonNode> Objects { get; } = new(StringComparer.Ordinal);

    public static async Task<WatchedObjects> OpenAsync(RunningServer server, string path)
    {
        var response = await server.Client.GetAsync(new Uri(server.Address, path), HttpCompletionOption.ResponseHeadersRead);
        return new WatchedObjects(response, await response.Content.ReadAsStreamAsync());
    }

    public Task<string?> ReadLineAsync() => _lines.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Reads so many events.</summary>
    public async Task ReadUntilAsync(int count)
    {
        while (Events.Count < count)
        {
            var line = JsonNode.Parse(await ReadLineAsync() ?? throw new EndOfStreamException($"after {Events.Count} events"))!;
            var (type, item) = ((string)line["type"]!, line["object"]!);
            var name = (string)item["metadata"]!["name"]!;
            Events.Add($"{type} {name}");
            if (type == "DELETED")
            {
                Objects.Remove(name);
            }
            else
            {
                Objects[name] = item;
            }
        }
    }

    public void Dispose()
    {
        _lines.Dispose();
        _response.Dispose();
    }
}
