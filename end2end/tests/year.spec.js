// The whole year of every kind of subject: a family, a clan, a village, a school, a cooperative, a citizen and the commune itself, from
// the criteria that judge them to the certificates on the printer. One story in order; pictures of its screens and papers are kept.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Api } from '../fixtures/api.js';
import { DESK, PHONE } from '../fixtures/browser.js';
import { AREA, COMMUNE, OFFICER, VILLAGE } from '../fixtures/demo.js';
import { look, looks, pictures } from '../fixtures/look.js';
import { printed, printedFrom, scan } from '../fixtures/papers.js';
import { Steps } from '../fixtures/steps.js';
import { expect, test } from '../fixtures/story.js';
import { AddPage } from '../pages/add.js';
import { CriteriaPage } from '../pages/criteria.js';
import { DecisionsPage } from '../pages/decisions.js';
import { FormPage } from '../pages/form.js';
import { HouseholdPage } from '../pages/household.js';
import { QueuePage } from '../pages/queue.js';
import { VillagePage } from '../pages/village.js';

const ADMIN = 'quantri';
const LEADER = 'chutichxa';

const CLAN = 'Họ Lường Vàng Pheo';
const FAMILY = 'Lường Văn Inh';
const CITIZEN = 'Lường Thị Hoan';
const SCHOOL = 'Trường THCS Mường So';
const COOPERATIVE = 'Hợp tác xã Mắc ca Mường So';

/** Sets of which the official tables are not whole in the product, as two people complete them: their files and their ids. */
const SETS = {
  gia_dinh: 'gia_dinh_moi',
  dong_ho: 'dong_ho_moi',
  cong_dong_ban: 'cong_dong_ban_moi',
  don_vi: 'don_vi_co_so_moi',
};

/** From the page of decisions to a file that a printer takes, two people together. */
const STEPS = 8;

/** Where it plays, and the addresses of the subjects, as the story comes to know them. */
const places = {};
const at = {};

/** A district's school reaches the first level by these, each with its paper. */
const SCHOOL_SHARES = { 'T24.2.1': [29, 30], 'T24.2.2': [28, 30], 'T24.2.3': [27, 30], 'T24.2.4': [16, 30], 'T24.2.5': [27, 30] };
const SCHOOL_PAPERS = ['T24.1.1', 'T24.1.2', 'T24.1.3', 'T24.1.4', 'T24.1.5', ...Object.keys(SCHOOL_SHARES), 'T24.3.2', 'T24.3.3', 'T24.3.4'];
/** A commune reaches the first level by these. */
const COMMUNE_RESULTS = { 'X.4.1': 1, 'X.4.2': 2, 'X.4.3': 2, 'X.4.4': 1 };
const COMMUNE_SHARES = { 'X.5.1': [3_100, 5_000], 'X.5.2a': [2_600, 5_000], 'X.5.2b': [620, 5_000] };

test.describe.serial('a year of every kind of subject', () => {
  test('two people complete the sets that were not whole', async ({ server, people }) => {
    const area = new CriteriaPage((await people.at(AREA, DESK)).page);
    for (const set of Object.keys(SETS)) {
      await area.open(server.url);
      const file = readFileSync(resolve(import.meta.dirname, `../fixtures/sets/${set}.toml`));
      await area.give({ name: `${set}.toml`, mimeType: 'text/plain', buffer: file }, scan(`Kế hoạch 123, ${set}.pdf`));
      await expect(area.page.locator('main')).toContainText('Đã nộp.');
    }
    await pictures(area.page, 'year-01-set-given');
    const admin = new CriteriaPage((await people.at(ADMIN, DESK)).page);
    for (const set of Object.values(SETS)) {
      await admin.open(server.url);
      await admin.waiting(set).click();
      await admin.signOff();
    }
    await pictures(admin.page, 'year-01-set-signed');
    await people.leaves(AREA);
  });

  test('each is entered by whoever may', async ({ server, people }) => {
    const officer = await Api.signIn(server, OFFICER);
    const village = officer.unit(VILLAGE);
    const units = new Map(officer.session.units.map((unit) => [unit.id, unit]));
    const commune = units.get(units.get(village).parents.at(-1).value);
    Object.assign(places, { village, commune: commune.id, communeName: commune.names.at(-1).value });

    // The village's officer, on a phone: a clan, a family of it, a citizen of the family.
    const { page } = await people.at(OFFICER, PHONE);
    await page.goto(`${server.url}/`);
    const list = new VillagePage(page);
    await list.expectAllReceived(60_000);
    await list.readyForOffline();
    await list.open(server.url, village);
    const kinds = page.getByRole('navigation', { name: 'Danh sách của bản' });
    const add = new AddPage(page);
    const entered = async (name) => {
      await add.save.click();
      await expect(list.heading).toHaveText(name);
      return page.url();
    };
    await kinds.getByRole('link', { name: /^Dòng họ/ }).click();
    await list.add.click();
    await add.ownName.fill(CLAN);
    await pictures(page, 'year-02-add-clan');
    at.clan = await entered(CLAN);

    await list.open(server.url, village);
    await list.add.click();
    await add.name.fill(FAMILY);
    await add.members.fill('5');
    await add.more.click();
    await page.getByLabel('Số trẻ đang đi học').fill('2');
    await page.getByLabel('Số người lớn từ 19 đến 60 tuổi').fill('2');
    await page.getByLabel('Trong đó, số người biết chữ').fill('2');
    await add.link('Dòng họ', CLAN);
    await pictures(page, 'year-02-add-family');
    at.family = await entered(FAMILY);

    await list.open(server.url, village);
    await kinds.getByRole('link', { name: /^Công dân/ }).click();
    await list.add.click();
    await add.ownName.fill(CITIZEN);
    await add.says('Nhóm công dân', 'Người dân trong xã');
    await add.more.click();
    await add.link('Hộ gia đình', FAMILY);
    await pictures(page, 'year-02-add-citizen');
    at.citizen = await entered(CITIZEN);

    // Another family is of the clan too.
    const other = (await officer.subjects(village)).find((row) => row.stage === null);
    const household = new HouseholdPage(page);
    await household.open(server.url, other.id);
    await household.edit.click();
    await household.link('Dòng họ', CLAN);

    // The commune's officer: the village's community, a school, a cooperative and the commune itself.
    const clerk = await people.at(COMMUNE, PHONE);
    const own = new VillagePage(clerk.page);
    await clerk.page.goto(`${server.url}/`);
    await own.expectAllReceived(60_000);
    const adds = new AddPage(clerk.page);
    await clerk.page.goto(`${server.url}/village/${village}?kind=village`);
    await own.add.click();
    await pictures(clerk.page, 'year-02-add-village');
    await adds.save.click();
    await expect(own.heading).toHaveText(VILLAGE);
    at.village = clerk.page.url();
    for (const [name, sort, managed, key] of [
      [SCHOOL, 'Trường học, cơ sở giáo dục', 'Cấp huyện trước tháng 7/2025', 'school'],
      [COOPERATIVE, 'Hợp tác xã', 'Xã, phường', 'cooperative'],
    ]) {
      await clerk.page.goto(`${server.url}/village/${places.commune}`);
      await own.add.click();
      await adds.ownName.fill(name);
      await adds.says('Loại đơn vị', sort);
      await adds.says('Cấp quản lý', managed);
      await pictures(clerk.page, `year-02-add-${key}`);
      await adds.save.click();
      await expect(own.heading).toHaveText(name);
      at[key] = clerk.page.url();
    }
    // The commune itself.
    await clerk.page.goto(`${server.url}/village/${places.commune}?kind=commune`);
    await own.add.click();
    await pictures(clerk.page, 'year-02-add-commune');
    await adds.save.click();
    await expect(own.heading).toHaveText(places.communeName);
    await own.expectAllReceived(40_000);
    await list.expectAllReceived(40_000);
  });

  test('the village scores without a signal, and its meeting votes', async ({ server, people }) => {
    const phone = await people.at(OFFICER, PHONE);
    const { page } = phone;
    const form = new FormPage(page);
    const household = new HouseholdPage(page);
    // What the commune entered has come.
    await page.goto(at.village);
    await expect(form.heading).toHaveText(VILLAGE);
    await page.goto(`${server.url}/`);
    await form.expectAllReceived(40_000);
    await phone.context.setOffline(true);
    for (const [key, name, points] of [
      ['family', FAMILY, '100/100'],
      ['citizen', CITIZEN, '100/100'],
      ['village', VILLAGE, '100/100'],
    ]) {
      await page.goto(at[key]);
      await household.score.click();
      await form.complete();
      await expect(form.result).toContainText(name);
      await expect(form.result).toContainText(points);
      await expect(form.result).toContainText('Đạt');
      await pictures(page, `year-03-scored-${key}`);
    }
    // What the clan's families have reached is counted by the server; everything else is answered here.
    await page.goto(at.clan);
    await household.score.click();
    for (const code of ['DH.x2', 'DH.x1', 'DH.x3']) await form.answer(code, /^Đủ/);
    await form.expectOffline();

    await page.goto(`${server.url}/village/${places.village}`);
    await page.getByRole('link', { name: 'Ghi kết quả họp bình xét' }).click();
    const today = await page.evaluate(() => new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Ho_Chi_Minh' }).format(new Date()));
    await page.getByLabel('Ngày họp').fill(today);
    await page.getByLabel('Số người có mặt').fill('32');
    const family = page.locator('.votes .vote').filter({ hasText: FAMILY });
    await family.getByRole('textbox').fill('1');
    await pictures(page, 'year-03-meeting');
    await page.getByRole('button', { name: /^Ghi kết quả họp/ }).click();
    await expect(page.getByText(`Đã ghi họp ngày ${today}`)).toBeVisible();

    await phone.context.setOffline(false);
    await form.expectAllReceived(60_000);
    await page.goto(at.clan);
    await household.score.click();
    await expect(form.line('DH.G1')).toContainText('0/2');
    await form.finish.click();
    await expect(form.result).toContainText('Chưa đạt');
    await look(page, PHONE, 'year-03-scored-clan');
  });

  test('the commune’s officer scores a school with its papers, a cooperative, and the commune', async ({ server, people }) => {
    const { page } = await people.at(COMMUNE, PHONE);
    const form = new FormPage(page);
    const household = new HouseholdPage(page);
    const { session } = await Api.signIn(server, COMMUNE);
    await page.goto(at.cooperative);
    await household.score.click();
    await form.complete();
    await expect(form.result).toContainText('100/100');
    await pictures(page, 'year-04-scored-cooperative');

    await page.goto(at.school);
    await household.edit.click();
    await household.says('Cơ quan nhà nước, đơn vị sự nghiệp công lập', 'Có');
    await household.says('Trường mầm non công lập', 'Không');
    await household.says('Trường phổ thông, giáo dục thường xuyên', 'Có');
    await household.says('Cơ sở giáo dục nghề nghiệp', 'Không');
    await household.says('Có người học (từ trung học phổ thông trở lên)', 'Không');
    await household.score.click();
    for (const [code, [part, whole]] of Object.entries(SCHOOL_SHARES)) await form.measure(code, part, whole);
    await form.measure('T24.3.1', 28, 30);
    await form.measure('T24.3.4', 1);
    for (const code of SCHOOL_PAPERS) await form.prove(code, scan(`${code}.pdf`));
    await look(page, PHONE, 'year-04-form-school');
    await form.complete();
    await expect(form.result).toContainText('Đạt, mức 1');
    await pictures(page, 'year-04-scored-school');

    await page.goto(`${server.url}/village/${places.commune}?kind=commune`);
    await new VillagePage(page).row(places.communeName).click();
        await household.score.click();
    for (const [code, level] of Object.entries(COMMUNE_RESULTS)) await form.measure(code, level, session.year);
    for (const [code, [part, whole]] of Object.entries(COMMUNE_SHARES)) await form.measure(code, part, whole);
    await look(page, PHONE, 'year-04-form-commune');
    await form.complete();
    await expect(form.result).toContainText('Đạt, mức 1');
    await pictures(page, 'year-04-scored-commune');
    await form.expectAllReceived(60_000);
  });

  test('the commune gives one back, and a phone without a signal corrects it', async ({ server, people }) => {
    const desk = await people.at(COMMUNE, DESK);
    const queue = new QueuePage(desk.page);
    await queue.take(server.url, FAMILY, { title: 'learning_family', village: places.village });
    await expect(desk.page.locator('main')).toContainText('31/32 người đồng ý, 1 không đồng ý');
    await pictures(desk.page, 'year-05-submission');
    await queue.returns('Sổ lớp tập huấn chỉ có một người lớn.', /mỗi người lớn có học ít nhất một lớp/, 'Xem lại số người đã học.');
    await pictures(desk.page, 'year-05-given-back');

    const phone = await people.at(OFFICER, PHONE);
    const { page } = phone;
    const form = new FormPage(page);
    const household = new HouseholdPage(page);
    await page.goto(`${server.url}/`);
    const card = page.locator('article.card').filter({ hasText: FAMILY });
    await expect(card).toContainText('Sổ lớp tập huấn chỉ có một người lớn.', { timeout: 40_000 });
    await pictures(page, 'year-05-home-returned');
    await phone.context.setOffline(true);
    await card.getByRole('link', { name: 'Mở để sửa' }).click();
    await expect(page.getByText('Xem lại số người đã học.')).toBeVisible();
    await form.part('GD.2b', 10);
    await pictures(page, 'year-05-corrected');
    await form.finish.click();
    await expect(form.result).toContainText('90/100');
    await expect(form.result).toContainText('Đã lưu trên máy này');
    await page.goto(at.family);
    await expect(household.page.locator('main')).toContainText('chưa về đến xã');
    await phone.context.setOffline(false);
    await form.expectAllReceived(60_000);
  });

  test('the commune confirms all seven', async ({ server, people }) => {
    const { page } = await people.at(COMMUNE, DESK);
    const queue = new QueuePage(page);
    await queue.take(server.url, FAMILY, { title: 'learning_family', village: places.village });
    await expect(page.locator('main')).toContainText('Đã trả lại trước đây');
    await pictures(page, 'year-06-corrected');
    await queue.confirms(/90\/100 điểm, Đạt/);
    for (const [title, name, result] of [
      ['learning_citizen', CITIZEN, /100\/100 điểm, Đạt/],
      ['learning_village', VILLAGE, /100\/100 điểm, Đạt/],
      ['learning_unit', SCHOOL, /đạt mức 1/],
      ['learning_unit', COOPERATIVE, /100\/100 điểm, Đạt/],
      ['learning_commune', places.communeName, /đạt mức 1/],
      // Half of its families have the title, since one of two was confirmed.
      ['learning_clan', CLAN, /100\/100 điểm, Đạt/],
    ]) {
      await queue.take(server.url, name, { title });
      if (title !== 'learning_citizen') await pictures(page, `year-06-queue-${name === COOPERATIVE ? 'cooperative' : title}`);
      await queue.confirms(result);
    }
    // What a clerk keeps in the file of a form.
    await page.goto(at.school.replace('/subject/', '/dashboard/subject/'));
    await looks(page, 'year-06-school');
    for (const [stem, said] of [
      ['tong-hop', 'Đạt, mức 1'],
      ['bien-ban-kiem-tra', SCHOOL],
    ]) {
      const paper = await printedFrom(page, page.locator(`a[href$="${stem}.pdf"]`).first(), `year-06-${stem}`);
      expect(paper.text).toContain(said);
    }
    await page.goto(`${server.url}/dashboard/subjects?unit=${places.village}&title=learning_family`);
    const minutes = await printedFrom(page, page.locator('a[href*="/bien-ban.pdf"]'), 'year-06-minutes');
    expect(minutes.text).toContain(FAMILY);
    expect(minutes.text).toContain('Có mặt: 32 người');
  });

  test('from the proposal list to certificates on the printer, while a phone is away', async ({ server, people }) => {
    const phone = await people.at(OFFICER, PHONE);
    await phone.page.goto(at.citizen);
    await expect(phone.page.locator('main')).toContainText('Xã đã xác nhận điểm', { timeout: 40_000 });
    await phone.context.setOffline(true);

    const clerk = new DecisionsPage((await people.at(COMMUNE, DESK)).page);
    await clerk.open(server.url);
    await pictures(clerk.page, 'year-07-decisions');
    const steps = new Steps();
    await steps.click(clerk.drawUp('Công dân học tập'));
    const listed = await clerk.boxes.count();
    await pictures(clerk.page, 'year-07-list');
    await steps.click(clerk.propose);
    await expect(clerk.list).toContainText(CITIZEN);
    const id = clerk.id;

    const chair = new DecisionsPage((await people.at(LEADER, DESK)).page);
    await steps.click(chair.link);
    await steps.click(chair.draft(id));
    await steps.fill(chair.number, '501/QĐ-UBND');
    await steps.click(chair.sign);
    await expect(chair.page.locator('main')).toContainText('Đã ghi quyết định');
    await pictures(chair.page, 'year-07-signed');
    await steps.click(chair.make);
    await expect(chair.download).toBeVisible({ timeout: 60_000 });
    await pictures(chair.page, 'year-07-certificates-made');
    const coming = chair.page.waitForEvent('download');
    await steps.click(chair.download);
    const sheets = printed('year-07-certificates', readFileSync(await (await coming).path()));
    expect(sheets.sheets).toBe(listed);
    expect(sheets.text).toContain(CITIZEN);
    expect(sheets.text).toContain('501/QĐ-UBND');
    expect(steps.count, steps.taken.join('\n')).toBeLessThanOrEqual(STEPS);

    // The phone that was away hears of it.
    await expect(phone.page.locator('main')).not.toContainText('Đã công nhận');
    await phone.context.setOffline(false);
    await phone.page.evaluate(() => globalThis.dispatchEvent(new Event('online')));
    await expect(phone.page.locator('main')).toContainText('Đã công nhận', { timeout: 60_000 });
    await pictures(phone.page, 'year-07-phone-recognised');
  });

  test('the others are decided too, each with its papers', async ({ server, people }) => {
    const clerk = new DecisionsPage((await people.at(COMMUNE, DESK)).page);
    const chair = new DecisionsPage((await people.at(LEADER, DESK)).page);
    const decisions = [
      // Each rests on what its forms were judged by.
      { stem: 'family', title: 'Gia đình học tập', number: '502/QĐ-UBND', names: [FAMILY], bases: ['Kế hoạch 123/KH-KHVN'] },
      { stem: 'clan', title: 'Dòng họ học tập', number: '503/QĐ-UBND', names: [CLAN], bases: ['Kế hoạch 123/KH-KHVN'] },
      { stem: 'village', title: 'Cộng đồng học tập', number: '504/QĐ-UBND', names: [VILLAGE], bases: ['Kế hoạch 123/KH-KHVN'] },
      {
        stem: 'units',
        title: 'Đơn vị học tập',
        number: '505/QĐ-UBND',
        names: [COOPERATIVE, SCHOOL],
        bases: ['Kế hoạch 123/KH-KHVN', 'Thông tư 24/2023/TT-BGDĐT'],
      },
    ];
    for (const { stem, title, number, names, bases } of decisions) {
      await clerk.open(server.url);
      await clerk.drawUp(title).click();
      await clerk.only(names);
      await clerk.propose.click();
      await expect(clerk.list.locator('tbody tr')).toHaveCount(names.length);
      await pictures(clerk.page, `year-08-draft-${stem}`);
      const letter = await printedFrom(clerk.page, clerk.paper('to-trinh'), `year-08-${stem}-letter`);

      await chair.page.goto(clerk.page.url());
      await chair.number.fill(number);
      await pictures(chair.page, `year-08-sign-${stem}`);
      await chair.sign.click();
      await expect(chair.page.locator('main')).toContainText('Đã ghi quyết định');
      const decision = await printedFrom(chair.page, chair.paper('quyet-dinh'), `year-08-${stem}-decision`);
      for (const name of names) for (const paper of [letter, decision]) expect(paper.text).toContain(name);
      for (const said of [number, ...bases]) expect(decision.text).toContain(said);
      await chair.make.click();
    }
    // Nobody recognises themselves: the commune is proposed to the provincial department, whose decision comes back.
    const commune = { stem: 'commune', number: '1208/QĐ-SGDĐT', names: [places.communeName] };
    await clerk.open(server.url);
    await clerk.drawUp('Xã học tập').click();
    await expect(clerk.page.locator('main')).toContainText('Giám đốc Sở Giáo dục và Đào tạo công nhận danh hiệu này');
    await pictures(clerk.page, 'year-08-list-commune');
    await clerk.proposeAbove.click();
    await expect(clerk.page.locator('main')).toContainText('còn thiếu 3 loại giấy tờ');
    const letter = await printedFrom(clerk.page, clerk.paper('to-trinh'), 'year-08-commune-letter');
    for (const said of [places.communeName, 'Giám đốc Sở Giáo dục và Đào tạo tỉnh Lai Châu', 'Thông tư 25/2023/TT-BGDĐT']) expect(letter.text).toContain(said);
    for (const piece of ['Tờ trình kèm danh sách', 'Báo cáo tự đánh giá', 'Bản tổng hợp kết quả']) await clerk.dossier.getByLabel(piece).check();
    await clerk.gather.click();
    await expect(clerk.send).toBeVisible();
    await pictures(clerk.page, 'year-08-send-commune');
    await clerk.number.fill('61/TTr-UBND');
    await clerk.signer.fill('Đèo Văn Ín');
    await clerk.send.click();
    await expect(clerk.conclude).toBeVisible();
    await pictures(clerk.page, 'year-08-waits-commune');
    await clerk.number.fill(commune.number);
    await clerk.signer.fill('Mai Văn Trọng');
    await clerk.conclude.click();
    await expect(clerk.page.getByRole('heading', { level: 1 })).toContainText('Cấp trên công nhận');
    await pictures(clerk.page, 'year-08-commune-concluded');
    await chair.page.goto(clerk.page.url());
    await expect(chair.make).toBeVisible();
    await chair.make.click();
    await expect(chair.download).toBeVisible({ timeout: 60_000 });
    await chair.open(server.url);
    await looks(chair.page, 'year-09-decisions');
    await chair.page.getByRole('button', { name: 'Lập sổ .pdf' }).click();
    await expect(chair.download).toBeVisible({ timeout: 60_000 });
    // The year in one book.
    const register = await printedFrom(chair.page, chair.download, 'year-09-register');
    for (const name of [CITIZEN, FAMILY, CLAN, VILLAGE, SCHOOL, COOPERATIVE, places.communeName]) {
      expect(register.text).toContain(name);
    }
    // What was asked for meanwhile is done, in the order in which it was asked for.
    await chair.page.goto(`${server.url}/jobs`);
    await pictures(chair.page, 'year-09-jobs');
    for (const { stem, number, names } of [...decisions, commune]) {
      const made = chair.page.locator('tbody tr').filter({ hasText: number }).getByRole('link', { name: /^Tải về/ });
      const sheets = await printedFrom(chair.page, made, `year-08-${stem}-certificates`);
      expect(sheets.sheets).toBe(names.length);
      for (const said of [number, ...names]) expect(sheets.text).toContain(said);
      // A commune lies in its province, and has reached a level.
      if (stem === 'commune') for (const said of ['tỉnh Lai Châu', 'mức 1', 'GIÁM ĐỐC', 'Mai Văn Trọng']) expect(sheets.text).toContain(said);
    }
  });
});
