using Microsoft.Playwright;

namespace AuthzSim.Server.Tests.Pages;

/// <summary>The page as people use it, in a real browser.</summary>
public sealed class PageTests
{
    [Fact]
    public async Task It_is_given_to_browsers_only()
    {
        await using var server = await RunningServer.StartAsync();
        using var anonymous = server.NewClient(token: null);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Accept.ParseAdd("text/html,application/xhtml+xml,*/*;q=0.8");

        using var page = await anonymous.SendAsync(request, TestContext.Current.CancellationToken);
        var (forbidden, _) = await server.SendAsync(HttpMethod.Get, "/", client: anonymous);
        var (code, paths) = await server.GetAsync("/");

        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'sha256-", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal(403, forbidden);
        Assert.Equal(200, code);
        Assert.Contains(paths["paths"]!.AsArray(), p => (string?)p == "/apis/rbac.authorization.k8s.io/v1");
    }

    [Theory]
    [InlineData(390)]
    [InlineData(1280)]
    public async Task A_denial_is_searched_for_and_explained(int width)
    {
        await using var server = await RunningServer.StartAsync(Given.Shop);
        await using var browser = await Browser.OpenAsync(server, width);
        var page = browser.Page;
        await page.GetByLabel("Bearer token").FillAsync("admin");

        await page.GetByLabel("A subject or a resource").FillAsync("ines");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await page.Locator("#search-answer h3", new() { HasText = "user:ines" }).GetByRole(AriaRole.Button, new() { Name = "Explain" }).ClickAsync();
        await page.Keyboard.TypeAsync("delete");
        await page.Locator("#explain [name=resource]").FillAsync("nodes");
        await page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(page.Locator("#explain-answer")).ToContainTextAsync("The smallest rule that is missing");
        await Assertions.Expect(page.Locator("#explain-answer p").First).ToHaveTextAsync("No");
        await Assertions.Expect(page.Locator("#explain-answer")).ToContainTextAsync("[delete] nodes");
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"));
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task Who_can_is_a_table()
    {
        await using var server = await RunningServer.StartAsync(Given.Shop);
        await using var browser = await Browser.OpenAsync(server, width: 390);
        var page = browser.Page;
        await page.GetByLabel("Bearer token").FillAsync("admin");

        await page.Locator("#whocan [name=verb]").FillAsync("get");
        await page.Locator("#whocan [name=resource]").FillAsync("secrets");
        await page.GetByRole(AriaRole.Button, new() { Name = "Who can?" }).ClickAsync();

        await Assertions.Expect(page.Locator("#whocan-answer")).ToContainTextAsync("subjects can");
        await Assertions.Expect(page.Locator("#whocan-answer tbody tr").First).ToContainTextAsync("ClusterRoleBinding");
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"));
    }

    [Fact]
    public async Task The_diff_of_a_manifest_is_shown()
    {
        await using var server = await RunningServer.StartAsync(Given.Shop);
        await using var browser = await Browser.OpenAsync(server);
        var page = browser.Page;
        await page.GetByLabel("Bearer token").FillAsync("admin");
        var manifest = page.GetByLabel("Manifests to apply, YAML or JSON");

        await manifest.FillAsync(Given.ShopChange);
        await page.GetByRole(AriaRole.Button, new() { Name = "What changes?" }).ClickAsync();
        await Assertions.Expect(page.Locator("#diff-answer")).ToContainTextAsync("the worst gain is critical");
        await Assertions.Expect(page.Locator("#diff-answer")).ToContainTextAsync("CRITICAL user:nadia");

        await manifest.FillAsync("kind: [");
        await page.GetByRole(AriaRole.Button, new() { Name = "What changes?" }).ClickAsync();
        await Assertions.Expect(page.Locator("#diff-answer [role=alert]")).ToContainTextAsync("line ");
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task Names_are_text_and_nothing_else()
    {
        await using var server = await RunningServer.StartAsync(Given.Shop);
        await using var browser = await Browser.OpenAsync(server);
        var page = browser.Page;
        await page.GetByLabel("Bearer token").FillAsync("admin");

        await page.GetByLabel("Manifests to apply, YAML or JSON").FillAsync(
            """{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"x"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"view"},"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"<img src=x onerror=document.title='gone'>"}]}""");
        await page.GetByRole(AriaRole.Button, new() { Name = "What changes?" }).ClickAsync();

        await Assertions.Expect(page.Locator("#diff-answer")).ToContainTextAsync("<img src=x");
        Assert.Equal("AuthzSim", await page.TitleAsync());
        Assert.Equal(0, await page.Locator("img").CountAsync());
    }

    [Theory]
    [InlineData(null, "You may not ask this (403): forbidden: User \"system:anonymous\" cannot get path \"/authzsim/v1/whocan\"")]
    [InlineData("alice", "You may not ask this (403): forbidden: User \"alice\" cannot get path \"/authzsim/v1/whocan\"")]
    [InlineData("made-up", "The server does not know you (401): the token is wrong or has expired.")]
    public async Task A_refusal_is_said_in_words(string? token, string words)
    {
        await using var server = await RunningServer.StartAsync(Given.Shop);
        await using var browser = await Browser.OpenAsync(server);
        var page = browser.Page;
        await page.GetByLabel("Bearer token").FillAsync(token ?? "");

        await page.Locator("#whocan [name=verb]").FillAsync("get");
        await page.Locator("#whocan [name=resource]").FillAsync("pods");
        await page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(page.Locator("#whocan-answer [role=alert]")).ToHaveTextAsync(words);
    }

    [Fact]
    public async Task It_is_dark_where_people_want_it_dark()
    {
        await using var server = await RunningServer.StartAsync(Given.Shop);
        await using var light = await Browser.OpenAsync(server);
        await using var dark = await Browser.OpenAsync(server, scheme: ColorScheme.Dark);
        const string Background = "getComputedStyle(document.body).backgroundColor";

        Assert.Equal("rgb(246, 247, 249)", await light.Page.EvaluateAsync<string>(Background));
        Assert.Equal("rgb(15, 19, 23)", await dark.Page.EvaluateAsync<string>(Background));
    }

    [Fact]
    public async Task Everything_can_be_done_with_the_keyboard()
    {
        await using var server = await RunningServer.StartAsync(Given.Shop);
        await using var browser = await Browser.OpenAsync(server);
        var page = browser.Page;
        const string Focused = "document.activeElement.id || document.activeElement.name || document.activeElement.textContent";

        // The link past the top, the token; Enter goes on to the search.
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("Go to the search", await page.EvaluateAsync<string>(Focused));
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("admin");
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("search-text", await page.EvaluateAsync<string>(Focused));
        await page.Keyboard.TypeAsync("secrets");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#search-answer h3")).ToHaveCountAsync(1);

        // The button of the search, and that of what was found.
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("verb", await page.EvaluateAsync<string>(Focused));
        await page.Keyboard.TypeAsync("get");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#whocan-answer")).ToContainTextAsync("can");

        await page.Locator("#whocan button").FocusAsync();
        await page.Keyboard.PressAsync("/");
        Assert.Equal("search-text", await page.EvaluateAsync<string>(Focused));
        Assert.Equal(0, await page.Locator("input:not(label input), textarea:not(label textarea)").CountAsync());
    }
}
