using Microsoft.Playwright;

namespace AuthzSim.Server.Tests.Pages;

/// <summary>The page of a diff as people use it, in a real browser: a file, which loads nothing else.</summary>
public sealed class DiffPageTests
{
    [Theory]
    [InlineData(390)]
    [InlineData(1280)]
    public async Task It_is_searched_and_filtered(int width)
    {
        await using var browser = await Browser.OpenAsync(Given.DiffPage, width);
        var page = browser.Page;
        var (count, shown) = (page.Locator("#count"), page.Locator("details.change:visible"));
        await Assertions.Expect(count).ToHaveTextAsync("4 changes");

        await page.GetByLabel("Subject").FillAsync("NADIA");
        await Assertions.Expect(count).ToHaveTextAsync("1 of 4 changes");
        await Assertions.Expect(shown).ToContainTextAsync("User nadia");
        await page.GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();
        await Assertions.Expect(count).ToHaveTextAsync("4 changes");

        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("pods/exec omar");
        await Assertions.Expect(count).ToHaveTextAsync("1 of 4 changes");
        await Assertions.Expect(shown).ToContainTextAsync("omar (groups support");
        await page.GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();

        await page.GetByRole(AriaRole.Checkbox, new() { Name = "loss" }).CheckAsync();
        await Assertions.Expect(shown).ToHaveCountAsync(1);
        await Assertions.Expect(shown).ToContainTextAsync("ServiceAccount shop/builder");
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"));
        Assert.Empty(browser.Complaints);
        Assert.Equal([Given.DiffPage.ToString()], browser.Requests);
    }

    [Fact]
    public async Task Rules_are_filtered_by_namespace_and_verb()
    {
        await using var browser = await Browser.OpenAsync(Given.DiffPage);
        var page = browser.Page;
        var (count, rules) = (page.Locator("#count"), page.Locator("[data-n]:visible"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Open all" }).ClickAsync();
        await Assertions.Expect(rules).ToHaveCountAsync(5);

        await page.GetByLabel("Namespace").SelectOptionAsync(new SelectOptionValue { Label = "(URLs)" });
        await Assertions.Expect(count).ToHaveTextAsync("1 of 4 changes");
        await Assertions.Expect(rules).ToHaveCountAsync(1);

        await page.GetByLabel("Namespace").SelectOptionAsync(new SelectOptionValue { Label = "(any that is not listed)" });
        await Assertions.Expect(count).ToHaveTextAsync("3 of 4 changes");

        await page.GetByLabel("Verb").SelectOptionAsync("get");
        await Assertions.Expect(count).ToHaveTextAsync("1 of 4 changes");
        await page.GetByLabel("Namespace").SelectOptionAsync("shop");
        await Assertions.Expect(count).ToHaveTextAsync("2 of 4 changes");
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task Everything_is_there_without_scripts()
    {
        await using var browser = await Browser.OpenAsync(Given.DiffPage);
        await using var plain = await browser.Page.Context.Browser!.NewContextAsync(new BrowserNewContextOptions { JavaScriptEnabled = false });
        var page = await plain.NewPageAsync();
        await page.GotoAsync(Given.DiffPage.ToString());

        await Assertions.Expect(page.Locator("details.change")).ToHaveCountAsync(4);
        await Assertions.Expect(page.Locator("#filters")).ToBeHiddenAsync();
    }
}
