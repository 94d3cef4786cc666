using Microsoft.Playwright;

namespace AuthzSim.Server.Tests.Pages;

/// <summary>A headless browser on this machine, and one page of it.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] _programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser, IPage page) => (_playwright, _browser, Page) = (playwright, browser, page);

    public IPage Page { get; }

    /// <summary>What the page complained of: scripts that failed, and what its content security policy refused.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>What the page has loaded, itself first.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Opens the server's page; the test is skipped where there is no browser.</summary>
    public static Task<Browser> OpenAsync(RunningServer server, int width = 1280, ColorScheme scheme = ColorScheme.Light) =>
        OpenAsync(server.Address, width, scheme);

    /// <summary>Opens any address; the test is skipped where there is no browser.</summary>
    public static async Task<Browser> OpenAsync(Uri address, int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        var program = Array.Find([Environment.GetEnvironmentVariable("AUTHZSIM_CHROMIUM") ?? "", .. _programs], File.Exists);
        Assert.SkipWhen(program is null, "no Chromium on this machine: install it, or name it in AUTHZSIM_CHROMIUM");
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = program, Args = ["--no-sandbox"] });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions
        {
            IgnoreHTTPSErrors = true,
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
        });
        page.SetDefaultTimeout(15_000);
        var opened = new Browser(playwright, browser, page);
        page.PageError += (_, error) => opened.Complaints.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
            {
                opened.Complaints.Add(message.Text);
            }
        };
        page.Request += (_, request) => opened.Requests.Add(request.Url);
        await page.GotoAsync(address.ToString());
        return opened;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
